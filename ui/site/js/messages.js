// A conversation, live: messages arrive and are sent without leaving the page, older ones come as one scrolls
// up, each sees whether the other writes and what they read. What is shown the server makes: of every change this
// module fetches the page since the version that it has, and takes the messages out of it.
import { hear } from "./stream.js";
import { files } from "./compose/files.js";
import { writer } from "./messages/write.js";

export function talk(root) {
  if (root.dataset.ready !== undefined) return;
  root.dataset.ready = "";
  const lines = root.querySelector("[data-lines]");
  const desk = { root, lines, words: root.dataset, api: `/api/conversations/${encodeURIComponent(root.dataset.name)}`, catchUp, down };
  const form = root.querySelector("[data-write]");
  const mine = (record) => record.author === root.dataset.with || record.recipient === root.dataset.with;
  let under = true; // the newest is in sight

  hear("messages/*", (e) => { if (mine(JSON.parse(e.data).record)) catchUp(); }, catchUp);
  hear("participants/*", (e) => read(JSON.parse(e.data).record));
  if (form) {
    const attached = files(form);
    writer(form, desk, attached);
    hear("typing", (e) => { if (JSON.parse(e.data).user === root.dataset.with) typing(true); });
  }
  older(root, lines);
  const jump = root.querySelector("[data-jump]");
  jump.addEventListener("click", down);
  new IntersectionObserver(([seen]) => { under = seen.isIntersecting; if (under) jump.hidden = true; }).observe(root.querySelector("#end"));
  root.addEventListener("submit", (e) => {
    const take = e.target.closest("[data-take]");
    if (!take) return;
    e.preventDefault();
    takeBack(take.dataset.take);
  });
  if (!("back" in root.dataset)) down();

  // catchUp asks once more after it has ended when it was called meanwhile.
  let running, again;
  function catchUp() {
    if (running) { again = true; return running; }
    running = fetchChanges().finally(() => {
      running = undefined;
      if (again) { again = false; catchUp(); }
    });
    return running;
  }

  async function fetchChanges() {
    const page = await part(`${root.dataset.path}?since=${root.dataset.version}&page_size=100`);
    if (!page) return;
    if ("more" in page.dataset || page.dataset.talk !== root.dataset.talk && root.dataset.talk) return location.reload();
    for (const name of ["talk", "version", "read"]) root.dataset[name] = page.dataset[name];
    const before = lines.childElementCount;
    let theirs = false;
    for (const one of [...page.querySelectorAll(".message")]) {
      const old = document.getElementById(one.id);
      if (old) old.replaceWith(one);
      else { put(lines, one); theirs ||= !one.classList.contains("mine"); }
    }
    if (theirs) typing(false);
    root.querySelector("[data-first]")?.remove();
    days(lines);
    marks();
    lines.dispatchEvent(new CustomEvent("madang:added", { bubbles: true }));
    if (lines.childElementCount === before) return;
    if (under) down();
    else if (theirs) jump.hidden = false;
  }

  function down() { scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" }); }

  function read(record) {
    if (record.conversation !== root.dataset.talk || record.user !== root.dataset.with) return;
    root.dataset.read = Math.max(record.read_to, root.dataset.read);
    marks();
  }

  // marks shows "read" under the last of one's own that the other has read.
  function marks() {
    const own = [...lines.querySelectorAll(".message.mine:not(.sending)")];
    const last = own.findLast((m) => Number(m.dataset.number) <= Number(root.dataset.read) && m.querySelector("[data-take]"));
    for (const m of own) m.querySelector("[data-seen]").hidden = m !== last;
  }

  let quiet;
  function typing(on) {
    const note = root.querySelector("[data-typing]");
    clearTimeout(quiet);
    note.hidden = !on;
    if (!on) return;
    if (under) down();
    quiet = setTimeout(() => typing(false), 6000);
  }

  async function takeBack(id) {
    const answer = await fetch(`/api/messages/${id}`, { method: "DELETE" }).catch(() => null);
    if (answer) catchUp();
  }
}

/** part is the conversation of another page; undefined when it can't be had. */
async function part(url) {
  const answer = await fetch(url, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return undefined;
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-talk]") ?? undefined;
}

// put places a message by its number; those on their way stay last.
function put(lines, one) {
  const number = Number(one.dataset.number);
  const after = [...lines.querySelectorAll(".message")].find((m) => m.classList.contains("sending") || Number(m.dataset.number) > number);
  lines.insertBefore(one, after ?? null);
}

// days puts the name of each day before its first message.
function days(lines) {
  for (const day of lines.querySelectorAll("[data-day]")) day.remove();
  let last = "";
  for (const m of [...lines.querySelectorAll(".message[data-date]")]) {
    if (m.dataset.date === last) continue;
    last = m.dataset.date;
    const name = document.createElement("span");
    name.textContent = m.dataset.label;
    const day = document.createElement("li");
    day.className = "day";
    day.dataset.day = "";
    day.append(name);
    m.before(day);
  }
}

// older fetches what stands before when its link comes into sight, and keeps what is read where it is.
function older(root, lines) {
  const link = root.querySelector("[data-older]");
  if (!link) return;
  let busy = false;
  const load = async () => {
    if (busy || !link.isConnected) return;
    busy = true;
    const page = await part(link.href);
    busy = false;
    if (!page) return;
    const from = document.documentElement.scrollHeight;
    for (const one of [...page.querySelectorAll(".message")]) if (!document.getElementById(one.id)) put(lines, one);
    days(lines);
    const next = page.querySelector("[data-older]");
    if (next) link.href = next.href;
    else link.parentElement.remove();
    lines.dispatchEvent(new CustomEvent("madang:added", { bubbles: true }));
    scrollBy({ top: document.documentElement.scrollHeight - from, behavior: "instant" });
  };
  link.addEventListener("click", (e) => { e.preventDefault(); load(); });
  let moved = false; // the page begins at its end: what is above isn't asked for before somebody goes there
  addEventListener("wheel", () => { moved = true; }, { passive: true, once: true });
  addEventListener("touchmove", () => { moved = true; }, { passive: true, once: true });
  new IntersectionObserver(([seen]) => { if (seen.isIntersecting && moved) load(); }, { rootMargin: "200px" }).observe(link);
}
