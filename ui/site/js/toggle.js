// Likes, bookmarks and follows: shown at once, and taken back when the server refuses.
import { say, show } from "./say.js";

const waiting = new Set();

export async function send(form) {
  const group = form.dataset.group;
  if (waiting.has(group)) return;
  waiting.add(group);
  const on = form.elements.on.value === "1";
  set(group, on, on ? 1 : -1);
  try {
    const answer = await fetch(form.dataset.toggle, { method: on ? "POST" : "DELETE", headers: { Accept: "application/json", "Accept-Language": document.documentElement.lang } });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.message);
    if ("is_requested" in body) for (const f of all(group)) followed(f, body);
    if ("likes_count" in body) for (const f of all(group)) put(f, body.likes_count);
    if ("followers_count" in body) for (const n of document.querySelectorAll("[data-followers]")) n.textContent = body.followers_count;
  } catch (problem) {
    set(group, !on, on ? -1 : 1);
    if (problem instanceof TypeError) say("offline");
    else if (problem.message) show(problem.message);
    else say("failed");
  } finally {
    waiting.delete(group);
  }
}

// all are the forms of one thing: a post may stand on a page twice.
function all(group) {
  return document.querySelectorAll(`form[data-group="${CSS.escape(group)}"]`);
}

// note: html/template takes an attribute called data-on for a script, and quotes what is in it; hence data-done
function set(group, on, change) {
  for (const form of all(group)) {
    const button = form.querySelector("button");
    const count = form.querySelector("[data-count]");
    const label = form.querySelector("[data-label]");
    form.elements.on.value = on ? "0" : "1";
    button.setAttribute("aria-pressed", String(on));
    if (label) label.textContent = on ? button.dataset.done : button.dataset.off;
    if (count) put(form, Number(count.dataset.count) + change);
  }
}

// followed shows what became of a follow: somebody who approves followers is asked first, and may
// have changed that since the page was made.
function followed(form, { is_following: follows, is_requested: asked }) {
  const { done, off, yes, asked: waiting } = form.querySelector("button").dataset;
  form.querySelector("[data-label]").textContent = follows ? yes ?? done : asked ? waiting ?? done : off;
}

/** count shows how many there are by now, unless one is being added or taken back. */
export function count(group, n) {
  if (!waiting.has(group)) for (const form of all(group)) put(form, n);
}

// put shows a number; one that is shortened (1.2K) stays so until it has to change.
function put(form, n) {
  const count = form.querySelector("[data-count]");
  if (!count || Number(count.dataset.count) === n) return;
  count.dataset.count = String(n);
  count.textContent = new Intl.NumberFormat(document.documentElement.lang, { notation: n < 10000 ? "standard" : "compact", maximumFractionDigits: 1 }).format(n);
}
