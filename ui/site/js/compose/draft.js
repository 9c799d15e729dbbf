// A post is saved as it is being written: a draft on the server, and what can't go there yet – without a
// connection, or changes of a post that is out already – on this device.
import { filled } from "../make.js";
import { newer, theirs } from "./newer.js";
import { body, copy, same, type, typed } from "./typed.js";

const pause = 1500; // ms after the last key
const longest = 60_000; // ms between two tries

export function drafts(form, files) {
  const words = form.dataset;
  const state = form.querySelector("[data-state]");
  const seen = form.elements.seen;
  const published = words.status === "published"; // which changes when its author says so, not while they type
  let id = words.id;
  let local = copy(words.me, id);
  let saved = typed(form, "defaultValue"); // what the server has
  const shared = words.shared !== undefined; // the words came from another app, so it doesn't have them yet
  if (shared) saved = { ...saved, title: "", content: "" };
  let wait = pause, timer, running, stopped = false, leaving = false;

  const tell = (sentence, bad = false) => { state.textContent = sentence; state.classList.toggle("problem", bad); };
  const dirty = () => JSON.stringify(typed(form)) !== JSON.stringify(saved);
  const blank = (said) => !id && !said.title.trim() && !said.content.trim() && !said.media.length;
  const soon = (ms) => { clearTimeout(timer); timer = setTimeout(() => save(), ms); };

  function changed() {
    if (!dirty()) return;
    const said = typed(form);
    if (!blank(said)) local.write(said, seen.value);
    if (published) tell(words.textKept);
    else if (!stopped) soon(wait);
  }

  // save sends what there is, one request at a time. keepalive lets it outlive the page.
  function save(keepalive = false) {
    clearTimeout(timer);
    if (published || stopped || leaving) return running;
    running ??= send(keepalive).finally(() => { running = undefined; });
    return running;
  }

  async function send(keepalive) {
    const said = typed(form);
    if (blank(said) || !dirty()) return;
    tell(words.textSaving);
    try {
      for (const [medium, text] of Object.entries(said.alt)) {
        if (text !== (saved.alt[medium] ?? "")) await ask("PATCH", `/api/media/${medium}`, { alt_text: text }, keepalive);
      }
      const answer = id
        ? await ask("PATCH", `/api/posts/${id}`, { ...body(said), if_updated_at: seen.value }, keepalive)
        : await ask("POST", "/api/posts", { ...body(said), status: "draft" }, keepalive);
      if (answer.status === 409) return conflict();
      if (!answer.ok) return refused(answer);
      const post = await answer.json();
      saved = said;
      wait = pause;
      seen.value = post.updated_at;
      local.drop();
      if (!id) begun(post.id);
      tell(filled(words.textSavedAt, new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })));
      if (dirty()) changed();
    } catch {
      tell(words.textOffline, true);
      again();
    }
  }

  async function refused(answer) {
    const said = await answer.json().catch(() => ({}));
    if (answer.status === 401) return tell(words.textSignedOut, true);
    if (answer.status === 429 || answer.status >= 500) {
      tell(words.textOffline, true);
      return again(Number(answer.headers.get("Retry-After")) * 1000);
    }
    const why = Object.values(said.data ?? {}).map((d) => d.message).join(" ") || said.message;
    tell(filled(words.textUnsaved, why), true);
  }

  function again(least = 0) {
    wait = Math.min(wait * 2, longest);
    soon(Math.max(wait, least));
  }

  // begun makes the page that of the draft: a reload goes on with it.
  function begun(made) {
    id = words.id = made;
    local = copy(words.me, id);
    form.action = `/posts/${id}/edit`;
    history.replaceState(history.state, "", form.action);
  }

  async function conflict() {
    const version = await theirs(id);
    stopped = true;
    tell("");
    newer(form, version, {
      keep: () => { seen.value = version.seen; stopped = false; changed(); save(); },
      use: () => { leaving = true; local.drop(); location.assign(`/posts/${id}/edit`); },
    });
  }

  // look asks, when one comes back to the page, whether the post was changed elsewhere meanwhile.
  async function look() {
    if (!id || stopped || running) return;
    const answer = await fetch(`/api/collections/posts/records/${id}?fields=updated_at`).catch(() => null);
    if (!answer?.ok) return;
    const now = (await answer.json()).updated_at.replace(" ", "T");
    if (now !== seen.value && !running) await conflict().catch(() => {}); // without a connection it is noticed when it is saved
  }

  restore();
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("madang:files", changed);
  addEventListener("online", () => { wait = pause; changed(); });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look();
    else if (dirty()) save(form.elements.content.value.length < 15_000); // what outlives a page has at most 64 KB
  });
  form.addEventListener("submit", (e) => {
    if (e.defaultPrevented || e.submitter?.name === "preview") return;
    if (!running && navigator.onLine) { leaving = true; local.drop(); return; }
    e.preventDefault();
    if (running) running.then(() => form.requestSubmit(e.submitter)); // it changes what the form has to say of the version
    else tell(words.textOffline, true);
  });
  addEventListener("beforeunload", (e) => { if (!leaving && (files.busy() || (dirty() && !blank(typed(form))))) e.preventDefault(); });

  changed(); // what was typed before this module was here

  function restore() {
    const left = local.read();
    if (!left || words.refused !== undefined) return;
    if (same(left.said, saved)) return local.drop();
    const mine = () => { type(form, left.said); tell(words.textRestored); changed(); };
    if (left.seen === seen.value && !shared) return mine();
    newer(form, { title: form.elements.title.value, content: form.elements.content.value }, { keep: mine, use: () => local.drop() });
  }
}

// ask sends JSON; it throws when there is no connection.
function ask(method, path, said, keepalive) {
  return fetch(path, {
    method, keepalive, headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang }, body: JSON.stringify(said),
  });
}
