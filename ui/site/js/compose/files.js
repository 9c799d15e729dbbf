// The files of a post: chosen, dropped or pasted, they go up at once, each with its own bar, while the
// post is being written.
import { filled, icon, make, press } from "../make.js";
import { movable } from "./order.js";
import { choosePoster, frame, setPoster } from "./poster.js";
import { sharedFiles } from "./shared.js";
import { unfinished, upload } from "./upload.js";

const most = 10;
const extensions = {
  image: ["jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "avif"],
  audio: ["mp3", "m4a", "aac", "ogg", "oga", "opus", "flac", "wav"],
  video: ["mp4", "m4v", "mov", "webm"],
};

/** files wakes the list of files. It gives busy(), whether something is still on its way; the form hears "madang:files" when they change. */
export function files(form) {
  const list = form.querySelector("[data-files]");
  const words = list.dataset;
  const pick = form.querySelector("input[type=file]");
  const note = form.querySelector("[data-waiting]");
  const [image, audio, video] = form.dataset.limits.split(" ").map(Number);
  const running = new Set();
  const changed = () => form.dispatchEvent(new CustomEvent("madang:files"));
  const desk = { list, words, person: form.dataset.me, limits: { image, audio, video }, running, changed };
  pick.removeAttribute("name"); // what is picked is sent by itself
  for (const item of list.querySelectorAll("[data-file]")) kept(desk, item);

  const take = (chosen) => {
    for (const file of chosen) {
      if (list.children.length >= most) { note.textContent = words.textMany; return; }
      note.textContent = "";
      begin(desk, file);
    }
    pending(form, desk);
  };
  const picked = () => { const chosen = [...pick.files]; pick.value = ""; take(chosen); };
  pick.addEventListener("change", picked);
  picked(); // what was picked before this module was here
  if (form.dataset.shared !== undefined) sharedFiles().then(take);
  form.addEventListener("paste", (e) => {
    if (e.clipboardData.files.length) { e.preventDefault(); take([...e.clipboardData.files]); }
  });
  drops(form.querySelector("[data-drop]"), take);
  form.addEventListener("submit", (e) => {
    if (!running.size) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    note.textContent = words.textWait;
  });
  return { busy: () => running.size > 0 };
}

function drops(place, take) {
  place.addEventListener("dragover", (e) => { e.preventDefault(); place.classList.add("dragging"); });
  place.addEventListener("dragleave", () => place.classList.remove("dragging"));
  place.addEventListener("drop", (e) => { e.preventDefault(); place.classList.remove("dragging"); take([...e.dataTransfer.files]); });
}

// pending tells of files that were on their way when the page was left.
function pending(form, desk) {
  const note = form.querySelector("[data-pending]");
  const going = [...desk.list.querySelectorAll(".file-name")].map((n) => n.textContent);
  const names = unfinished(desk.person).filter((name) => !going.includes(name));
  note.hidden = names.length === 0;
  note.textContent = names.map((name) => filled(desk.words.textPending, name)).join(" ");
}

// named is a file's name; what is pasted may have none.
function named(file) {
  return file.name || `pasted.${file.type.split("/").pop()}`;
}

function kindOf(name) {
  const extension = name.split(".").pop().toLowerCase();
  return Object.keys(extensions).find((kind) => extensions[kind].includes(extension));
}

// kept is a file that the post has already: it can be moved, and taken away.
function kept(desk, item) {
  const check = item.querySelector("[type=checkbox]");
  const inside = item.querySelector(".file-in");
  check.type = "hidden";
  check.closest("label").replaceWith(check);
  inside.append(row(desk, item, { id: item.dataset.file, kind: item.dataset.kind, src: item.dataset.src, remove: () => item.remove() }));
  movable(item, item.querySelector("input").value || item.dataset.kind, desk.words, desk.changed);
}

// row is what can be done with a file that is whole.
function row(desk, item, { id, kind, src, remove }) {
  const { words } = desk;
  const made = make("div", { className: "row" });
  if (kind === "video") made.append(press(words.textPoster, () => choosePoster(id, src, words, (medium) => cover(item, medium.thumbnail_url))));
  made.append(press(words.textRemove, () => { remove(); desk.changed(); }));
  return made;
}

function cover(item, url) {
  const picture = make("img", { alt: "", width: 72, height: 72, src: `${url}${url.includes("?") ? "&" : "?"}v=${Date.now()}` });
  item.firstElementChild.replaceWith(picture);
}

function sign(file, kind) {
  if (kind !== "image" || !file.type.startsWith("image/")) return make("span", { className: "cover" }, icon(kind === "video" ? "film" : "sound"));
  const picture = make("img", { alt: "", width: 72, height: 72, src: URL.createObjectURL(file) });
  picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
  return picture;
}

function begin(desk, file) {
  const { words, limits, list } = desk;
  const name = named(file);
  const kind = kindOf(name);
  const inside = make("div", { className: "file-in" }, make("p", { className: "file-name", textContent: name }));
  const item = make("li", { className: "file" }, sign(file, kind), inside);
  list.append(item);
  if (!kind) return refused(desk, item, inside, words.textKind);
  if (file.size > limits[kind]) return refused(desk, item, inside, filled(words.textLarge, limits[kind] >> 20));
  movable(item, name, words, desk.changed);
  send(desk, { file, name, kind, item, inside });
}

function refused(desk, item, inside, message, again) {
  const problem = make("p", { className: "problem", role: "alert", textContent: message });
  const buttons = make("div", { className: "row" });
  if (again) buttons.append(press(desk.words.textRetry, () => { problem.remove(); buttons.remove(); again(); }));
  buttons.append(press(desk.words.textRemove, () => { item.remove(); desk.changed(); }));
  inside.append(problem, buttons);
}

// send shows how far a file is, and lets it pause, go on and be given up.
async function send(desk, job) {
  const { words, running } = desk;
  const { file, name, item, inside } = job;
  const bar = make("progress", { max: 1, value: 0, "aria-label": name });
  const state = make("span", { className: "muted" });
  let control, paused = false, over = false;
  const pause = press(words.textPause, () => {
    paused = !paused;
    pause.textContent = paused ? words.textResume : words.textPause;
    state.textContent = paused ? words.textPaused : "";
    if (paused) control?.pause(); else control?.resume();
  });
  const stop = press(words.textCancel, () => { end(); control?.cancel(); item.remove(); desk.changed(); });
  const buttons = make("div", { className: "row" }, pause, stop, state);
  const end = () => { over = true; running.delete(job); bar.remove(); buttons.remove(); };
  inside.append(bar, buttons);
  running.add(job);
  const told = {
    progress: (part) => { bar.value = part; state.textContent = paused ? words.textPaused : part < 1 ? `${Math.floor(part * 100)} %` : words.textChecking; },
    waiting: () => { state.textContent = words.textOffline; },
    done: async (id) => { await arrived(desk, job, id); end(); desk.changed(); },
    failed: (why) => { end(); refused(desk, item, inside, why || words.textFailed, () => send(desk, job)); },
  };
  try {
    control = await upload(file, name, desk.person, told);
    if (over) control.cancel();
    else if (paused) control.pause();
  } catch {
    told.failed("");
  }
}

// arrived shows a file that the server has, with a place for words about it.
async function arrived(desk, job, id) {
  const { words } = desk;
  const { file, kind, item, inside } = job;
  const answer = await fetch(`/api/media/${id}`, { headers: { "Accept-Language": document.documentElement.lang } }).catch(() => null);
  const medium = answer?.ok ? await answer.json() : { id, media_type: kind };
  const drop = () => fetch(`/api/media/${id}`, { method: "DELETE" }).catch(() => {}); // else the server drops it by itself in a day
  if (medium.status === "failed") {
    drop();
    return refused(desk, item, inside, medium.failure || words.textFailed);
  }
  inside.append(
    make("label", { htmlFor: `alt-${id}`, textContent: words.textAlt }),
    make("input", { id: `alt-${id}`, name: `alt_${id}`, maxLength: 1500, placeholder: words.textAltHint }),
    make("input", { type: "hidden", name: "media", value: id }),
    ...(medium.media_type === "image" ? [] : [make("p", {}, make("a", { className: "plain", href: `/media/${id}/captions`, target: "_blank", textContent: words.textCaptions }))]),
    row(desk, item, { id, kind: medium.media_type, src: medium.stream_url, remove: () => { item.remove(); drop(); } }));
  if (medium.media_type === "video") poster(item, id, file);
}

async function poster(item, id, file) {
  const src = URL.createObjectURL(file);
  try {
    const jpeg = await frame(src, 1);
    const medium = jpeg && await setPoster(id, jpeg);
    if (medium) cover(item, medium.thumbnail_url);
  } catch {
    return; // without a connection: the server's poster stays
  } finally {
    URL.revokeObjectURL(src);
  }
}
