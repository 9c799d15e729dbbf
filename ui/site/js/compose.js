// Files of a post go up at once, each with its own bar, while the post is being written.
const most = 10;
const extensions = {
  image: ["jpg", "jpeg", "png", "gif", "webp"],
  audio: ["mp3", "m4a", "aac", "ogg", "oga", "opus", "flac", "wav"],
  video: ["mp4", "m4v", "mov", "webm"],
};

export function compose(form) {
  if (form.dataset.ready !== undefined) return;
  form.dataset.ready = "";
  const words = form.dataset;
  const list = form.querySelector("[data-files]");
  const pick = form.querySelector("input[type=file]");
  const drop = form.querySelector("[data-drop]");
  const note = form.querySelector("[data-waiting]");
  const [image, audio, video] = words.limits.split(" ").map(Number);
  const limits = { image, audio, video };
  const running = new Set();
  pick.removeAttribute("name"); // what is picked is sent by itself
  for (const item of list.querySelectorAll("[data-file]")) kept(item, words);

  const take = (files) => {
    for (const file of files) {
      if (list.children.length >= most) { note.textContent = words.textMany; return; }
      list.append(begin(file, words, limits, running));
    }
  };
  const picked = () => { take([...pick.files]); pick.value = ""; };
  pick.addEventListener("change", picked);
  picked(); // what was picked before this module was here
  form.addEventListener("paste", (e) => {
    if (e.clipboardData.files.length) { e.preventDefault(); take([...e.clipboardData.files]); }
  });
  drop.addEventListener("dragover", (e) => { e.preventDefault(); drop.classList.add("dragging"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("dragging"));
  drop.addEventListener("drop", (e) => { e.preventDefault(); drop.classList.remove("dragging"); take([...e.dataTransfer.files]); });

  let leaving = false;
  form.addEventListener("submit", (e) => {
    if (running.size) { e.preventDefault(); note.textContent = words.textWait; return; }
    leaving = true;
  });
  addEventListener("beforeunload", (e) => { if (running.size && !leaving) e.preventDefault(); });
}

// kept is a file of a post that is edited: a button takes it away.
function kept(item, words) {
  const check = item.querySelector("[type=checkbox]");
  check.type = "hidden";
  check.closest("label").replaceWith(check, press(words.textRemove, () => item.remove()));
}

function begin(file, words, limits, running) {
  const item = Object.assign(document.createElement("li"), { className: "file" });
  const inside = Object.assign(document.createElement("div"), { className: "file-in" });
  const name = Object.assign(document.createElement("p"), { className: "file-name", textContent: file.name || file.type });
  inside.append(name);
  item.append(preview(file), inside);
  const kind = kindOf(file);
  if (!kind) return refused(item, inside, words.textKind, words);
  if (file.size > limits[kind]) return refused(item, inside, words.textLarge.replace("{0}", limits[kind] >> 20), words);
  upload({ file, item, inside, words, running });
  return item;
}

function kindOf(file) {
  const extension = named(file).split(".").pop().toLowerCase();
  return Object.keys(extensions).find((kind) => extensions[kind].includes(extension));
}

// named is a file's name; what is pasted may have none.
function named(file) {
  return file.name || `pasted.${file.type.split("/").pop()}`;
}

function preview(file) {
  if (!file.type.startsWith("image/")) {
    const cover = Object.assign(document.createElement("span"), { className: "cover" });
    cover.innerHTML = `<svg class="icon" aria-hidden="true"><use href="#i-${file.type.startsWith("video/") ? "film" : "sound"}"/></svg>`;
    return cover;
  }
  const picture = Object.assign(document.createElement("img"), { alt: "", width: 72, height: 72, src: URL.createObjectURL(file) });
  picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
  return picture;
}

function refused(item, inside, message, words) {
  inside.append(Object.assign(document.createElement("p"), { className: "problem", textContent: message, role: "alert" }),
    press(words.textRemove, () => item.remove()));
  return item;
}

function upload(job) {
  const { file, item, inside, words, running } = job;
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
  bar.setAttribute("aria-label", named(file));
  const request = new XMLHttpRequest();
  const cancel = press(words.textCancel, () => { request.abort(); item.remove(); });
  inside.append(bar, cancel);
  running.add(request);
  request.upload.addEventListener("progress", (e) => { if (e.lengthComputable) bar.value = e.loaded / e.total; });
  request.addEventListener("loadend", () => {
    running.delete(request);
    bar.remove();
    cancel.remove();
    const body = answerOf(request);
    if (request.status === 201) done(job, body);
    else if (request.readyState === 4) again(job, body);
  });
  const data = new FormData();
  data.append("file", file, named(file));
  request.open("POST", "/api/media");
  request.setRequestHeader("Accept-Language", document.documentElement.lang);
  request.send(data);
}

function answerOf(request) {
  try { return JSON.parse(request.responseText); } catch { return {}; }
}

function again(job, body) {
  const { item, inside, words } = job;
  const why = Object.assign(document.createElement("p"), { className: "problem", role: "alert" });
  why.textContent = body.data?.file?.message ?? body.message ?? words.textFailed;
  const row = Object.assign(document.createElement("div"), { className: "row" });
  row.append(
    press(words.textRetry, () => { why.remove(); row.remove(); upload(job); }),
    press(words.textRemove, () => item.remove()));
  inside.append(why, row);
}

function done({ item, inside, words }, media) {
  const id = Object.assign(document.createElement("input"), { type: "hidden", name: "media", value: media.id });
  const alt = Object.assign(document.createElement("input"), { name: `alt_${media.id}`, maxLength: 1500, placeholder: words.textAltHint });
  alt.setAttribute("aria-label", words.textAlt);
  inside.append(id, alt, press(words.textRemove, () => {
    item.remove();
    fetch(`/api/media/${media.id}`, { method: "DELETE" }).catch(() => {}); // else the server drops it by itself in a day
  }));
}

function press(label, action) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: label });
  made.addEventListener("click", action);
  return made;
}
