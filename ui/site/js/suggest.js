// Suggestions under a search box, by the combobox pattern of WAI-ARIA 1.2: arrows choose, Enter takes, Escape closes.
const pause = 120; // ms after the last key before the server is asked

export function suggests(root) {
  for (const input of root.querySelectorAll(".find input[type=search]")) box(input);
}

function box(input) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `${input.id}-suggestions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.placeholder);
  list.hidden = true;
  input.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": list.id, "aria-autocomplete": "list", "aria-expanded": "false" })) {
    input.setAttribute(name, value);
  }
  let timer, asked, chosen = -1;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (n) => {
    const options = list.children;
    chosen = (n + options.length + 1) % (options.length + 1); // one more place: the box itself
    for (const [i, o] of [...options].entries()) o.setAttribute("aria-selected", String(i === chosen));
    if (chosen < options.length) {
      input.setAttribute("aria-activedescendant", options[chosen].id);
      options[chosen].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    asked?.abort();
    if (!input.value.trim() && document.querySelector(".earlier")) return close(); // the page shows them already
    asked = new AbortController();
    try {
      const answer = await fetch(`/api/search/suggest?q=${encodeURIComponent(input.value.trim())}`, { signal: asked.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) return close();
      const { results } = await answer.json();
      if (document.activeElement !== input || results.length === 0) return close();
      list.replaceChildren(...results.map((s, i) => option(s, `${list.id}-${i}`)));
      list.hidden = false;
      chosen = list.children.length;
      input.setAttribute("aria-expanded", "true");
    } catch (problem) {
      if (problem.name !== "AbortError") close(); // without suggestions one can search as well
    }
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(ask, pause); };

  input.addEventListener("input", soon);
  input.addEventListener("focus", soon);
  input.addEventListener("blur", () => { clearTimeout(timer); asked?.abort(); close(); });
  input.addEventListener("keydown", (e) => {
    if (e.isComposing || list.hidden) return;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      const none = list.children.length;
      choose(e.key === "ArrowDown" ? (chosen === none ? 0 : chosen + 1) : (chosen === 0 ? none : chosen - 1));
    } else if (e.key === "Escape") {
      e.preventDefault();
      close();
    } else if (e.key === "Enter" && chosen >= 0 && chosen < list.children.length) {
      e.preventDefault();
      take(list.children[chosen]);
    }
  });
  list.addEventListener("pointerdown", (e) => {
    e.preventDefault(); // the box keeps the focus
    const o = e.target.closest("[role=option]");
    if (o) take(o);
  });
  const take = (o) => {
    if (o.dataset.href) { location.href = o.dataset.href; return; }
    input.value = o.dataset.text;
    close();
    input.form.requestSubmit();
  };
}

const signs = { user: "i-person", recent: "i-clock", popular: "i-compass" };

function option(s, id) {
  const o = document.createElement("li");
  o.id = id;
  o.setAttribute("role", "option");
  o.setAttribute("aria-selected", "false");
  o.dataset.text = s.text;
  if (s.type === "tag") o.dataset.href = `/tags/${encodeURIComponent(s.text)}`;
  if (s.type === "user") o.dataset.href = `/@${encodeURIComponent(s.username)}`;
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${signs[s.type] ?? "i-search"}`);
  icon.append(use);
  const text = document.createElement("span");
  text.textContent = s.type === "tag" ? `#${s.text}` : s.text;
  o.append(icon, text);
  if (s.username) {
    const handle = document.createElement("span");
    handle.className = "muted";
    handle.textContent = `@${s.username}`;
    o.append(handle);
  }
  return o;
}
