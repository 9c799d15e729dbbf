// The text as it will be shown, beside the one that is being written: made by the server, so that it is
// just what readers get.
const pause = 600; // ms after the last key
const apart = 1200; // ms between two questions: the server answers 60 a minute

export function preview(form) {
  const button = form.querySelector("[data-preview]");
  const pane = form.querySelector(".preview");
  const shown = pane.querySelector(".prose");
  const text = form.elements.content;
  let timer, asked, last, at = 0;

  async function ask() {
    if (text.value === last) return;
    asked?.abort();
    asked = new AbortController();
    at = Date.now();
    try {
      const answer = await fetch("/api/posts/preview", {
        method: "POST", signal: asked.signal, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ content: text.value }),
      });
      if (!answer.ok) return;
      last = text.value;
      const { content_html: html } = await answer.json();
      shown.innerHTML = html || `<p class="muted"></p>`; // sanitised by the server, as on the page of a post
      if (!html) shown.firstChild.textContent = pane.dataset.empty;
    } catch (problem) {
      if (problem.name !== "AbortError") shown.classList.add("stale"); // no connection: what is shown stays
    }
  }
  const soon = () => {
    clearTimeout(timer);
    if (!pane.hidden) timer = setTimeout(ask, Math.max(pause, at + apart - Date.now()));
  };
  const show = (on) => {
    pane.hidden = !on;
    button.setAttribute("aria-expanded", String(on));
    if (on) ask();
  };
  button.type = "button";
  show(!pane.hidden);
  button.addEventListener("click", () => show(pane.hidden));
  text.addEventListener("input", soon);
}
