// Writing in a conversation: Enter sends, what is sent stands there at once, and what couldn't be sent says so
// and can be tried again – with the same key, so that it never arrives twice.
import { make, press } from "../make.js";

const pause = 3000; // ms between two words that one is writing

/** writer wakes the form. desk is what the conversation gives: its words, its API, and how to catch up. */
export function writer(form, desk, attached) {
  const box = form.elements.content;
  const enters = matchMedia("(pointer: fine)").matches; // where there is no key for a new line, Enter is one
  box.addEventListener("keydown", (e) => {
    // note: while Hangul is being composed, Enter ends a syllable; Safari says so by the code 229 alone
    if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229 || !enters) return;
    e.preventDefault();
    if (!attached.busy()) form.requestSubmit();
  });
  let said = 0;
  box.addEventListener("input", () => {
    if (!box.value.trim() || Date.now() - said < pause) return;
    said = Date.now();
    fetch(`${desk.api}/typing`, { method: "POST" }).catch(() => {}); // nobody misses it
  });
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    const message = { content: box.value.trim(), media: values(form, "media"), alts: alts(form), key: key() };
    if (!message.content && !message.media.length) return;
    box.value = "";
    said = 0;
    form.querySelector("[data-files]").replaceChildren();
    send(desk, form, message);
    box.focus();
  });
}

function values(form, name) {
  return [...form.querySelectorAll(`[name="${name}"]`)].map((input) => input.value);
}

function alts(form) {
  return [...form.querySelectorAll('[name^="alt_"]')].filter((i) => i.value.trim()).map((i) => [i.name.slice(4), i.value.trim()]);
}

function key() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
}

let queue = Promise.resolve(); // messages arrive in the order in which they were written

function send(desk, form, message) {
  const state = make("p", { className: "under", role: "status" });
  const bubble = make("div", { className: "bubble" }, make("p", { className: "typed", textContent: message.content || "…" }));
  const item = make("li", { className: "message mine sending" }, bubble, state);
  desk.lines.append(item);
  desk.down();
  const go = () => { queue = queue.then(() => attempt()); };
  const attempt = async () => {
    state.textContent = desk.words.textSending;
    item.classList.remove("failed");
    const { ok, why, lost } = await deliver(desk, message);
    if (ok) {
      await desk.catchUp();
      return item.remove();
    }
    item.classList.add("failed");
    state.textContent = why || desk.words.textFailed;
    const discard = press(desk.words.textDiscard, () => {
      item.remove();
      if (!form.elements.content.value) form.elements.content.value = message.content;
    });
    state.append(" ", ...(lost ? [press(desk.words.textAgain, go), " "] : []), discard);
    desk.down();
  };
  go();
}

// deliver says whether the server has the message, else why not and whether trying again may help.
async function deliver(desk, { content, media, alts: texts, key: same }) {
  const headers = { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang };
  try {
    for (const [id, text] of texts) {
      await fetch(`/api/media/${id}`, { method: "PATCH", headers, body: JSON.stringify({ alt_text: text }) });
    }
    const answer = await fetch(`${desk.api}/messages`, { method: "POST", headers, body: JSON.stringify({ content, media, key: same }) });
    if (answer.ok) return { ok: true };
    const { message, data } = await answer.json().catch(() => ({}));
    const problem = Object.values(data ?? {}).map((p) => p.message).join(" ");
    return { ok: false, why: problem || message, lost: answer.status === 429 || answer.status >= 500 };
  } catch {
    return { ok: false, lost: true };
  }
}
