// The square of a picture that stands for a person: moved by mouse, finger and arrow keys, sized by slider, wheel,
// two fingers, + and −. What leaves the browser is that square alone. What can't be shown here, or would lose its
// movement, goes to the server as it is.
import { make, press } from "./make.js";

const sent = 512;            // pixels of a side, at most
const most = 6;              // times as near as the whole picture
const rim = 1 / 8;           // of the stage, on each side of the square
const still = /^image\/(jpeg|png|webp|avif)$/;

/** crop asks for the square of the file that a form holds, and sends the form. */
export async function crop(form) {
  const field = form.querySelector("[type=file]");
  const [file] = field.files;
  if (!file) return;
  const picture = still.test(file.type) ? await createImageBitmap(file).catch(() => null) : null;
  if (!picture) return form.requestSubmit();
  const view = { x: picture.width / 2, y: picture.height / 2, near: 1 };
  ask(form, picture, view, async () => {
    const files = new DataTransfer();
    const kind = file.type === "image/png" ? file.type : "image/jpeg";
    files.items.add(new File([await square(picture, view, kind)], kind === "image/png" ? "me.png" : "me.jpg", { type: kind }));
    field.files = files.files;
    form.requestSubmit();
  }, () => { field.value = ""; });
}

/** side is that of the square, in pixels of the picture. */
const side = (picture, { near }) => Math.min(picture.width, picture.height) / near;

/** held keeps the square on the picture. */
function held(picture, view) {
  const half = side(picture, view) / 2;
  view.x = Math.min(Math.max(view.x, half), picture.width - half);
  view.y = Math.min(Math.max(view.y, half), picture.height - half);
}

function square(picture, view, kind) {
  const from = side(picture, view);
  const size = Math.round(Math.min(sent, from));
  const canvas = make("canvas", { width: size, height: size });
  canvas.getContext("2d").drawImage(picture, view.x - from / 2, view.y - from / 2, from, from, 0, 0, size, size);
  return new Promise((done) => { canvas.toBlob(done, kind, 0.9); });
}

// paint shows the picture around the square, and dimmed what lies without the circle that pages show of it.
function paint(canvas, picture, view) {
  const size = canvas.width;
  const inner = size * (1 - 2 * rim);
  const scale = inner / side(picture, view);
  const on = canvas.getContext("2d");
  on.fillStyle = "#111";
  on.fillRect(0, 0, size, size);
  on.drawImage(picture, size / 2 - view.x * scale, size / 2 - view.y * scale, picture.width * scale, picture.height * scale);
  on.fillStyle = "rgb(0 0 0 / .6)";
  on.beginPath();
  on.rect(0, 0, size, size);
  on.arc(size / 2, size / 2, inner / 2, 0, 2 * Math.PI, true);
  on.fill();
}

function ask(form, picture, view, use, leave) {
  const words = form.dataset;
  const canvas = make("canvas", { width: 640, height: 640 });
  const stage = make("div", { className: "crop", tabIndex: 0, role: "group", "aria-label": words.textMove }, canvas);
  const near = make("input", { type: "range", min: 1, max: most, step: 0.01, value: 1 });
  const dialog = make("dialog", { className: "sheet", "aria-label": words.textTitle });
  const show = () => { held(picture, view); near.value = view.near; paint(canvas, picture, view); };
  const zoom = (factor) => { view.near = Math.min(Math.max(view.near * factor, 1), most); show(); };
  const move = (dx, dy) => { view.x += dx * side(picture, view); view.y += dy * side(picture, view); show(); };
  near.addEventListener("input", () => { view.near = Number(near.value); show(); });
  keys(stage, move, zoom);
  fingers(stage, move, zoom);
  let used = false;
  const take = press(words.textUse, () => { used = true; dialog.close(); use(); }, "button small");
  dialog.append(
    make("h2", { textContent: words.textTitle }), stage, make("p", { className: "hint", textContent: words.textMove }),
    make("label", { className: "zoom" }, make("span", { textContent: words.textNear }), near),
    make("p", { className: "row" }, take, press(words.textCancel, () => dialog.close(), "button quiet small")),
  );
  dialog.addEventListener("close", () => { dialog.remove(); if (!used) leave(); });
  document.body.append(dialog);
  dialog.showModal();
  stage.focus();
  show();
}

const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function keys(stage, move, zoom) {
  stage.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (steps[e.key]) move(...steps[e.key].map((way) => way * (e.shiftKey ? 0.1 : 0.02)));
    else if (e.key === "+" || e.key === "=") zoom(1.1);
    else if (e.key === "-") zoom(1 / 1.1);
    else return;
    e.preventDefault();
  });
}

function fingers(stage, move, zoom) {
  const down = new Map(); // where each pointer was last
  const apart = () => { const [a, b] = [...down.values()]; return Math.hypot(a.x - b.x, a.y - b.y); };
  stage.addEventListener("pointerdown", (e) => { stage.setPointerCapture(e.pointerId); down.set(e.pointerId, { x: e.clientX, y: e.clientY }); });
  for (const gone of ["pointerup", "pointercancel"]) stage.addEventListener(gone, (e) => down.delete(e.pointerId));
  stage.addEventListener("pointermove", (e) => {
    const last = down.get(e.pointerId);
    if (!last) return;
    const shown = stage.clientWidth * (1 - 2 * rim);
    const before = down.size === 2 ? apart() : 0;
    down.set(e.pointerId, { x: e.clientX, y: e.clientY });
    move((last.x - e.clientX) / shown / down.size, (last.y - e.clientY) / shown / down.size);
    if (before) zoom(apart() / before);
  });
  stage.addEventListener("wheel", (e) => { e.preventDefault(); zoom(Math.exp(-e.deltaY / 500)); }, { passive: false });
}
