// The order of files: by buttons, and by a handle that is dragged with a mouse or a finger.
import { filled, icon, make } from "../make.js";
import { show } from "../say.js";

/** movable gives an item of a list a handle and two buttons. moved is called when its place is another. */
export function movable(item, name, words, moved) {
  const step = (by) => {
    const other = by < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(item); else other.after(item);
    item.querySelector(by < 0 ? "[data-up]" : "[data-down]").focus();
    const all = [...item.parentElement.children];
    show(filled(words.textMoved, name, all.indexOf(item) + 1, all.length));
    moved();
  };
  const button = (sentence, by, turned) => {
    const made = make("button", { type: "button", className: `move${turned}`, "aria-label": filled(sentence, name), [by < 0 ? "data-up" : "data-down"]: "" }, icon("right"));
    made.addEventListener("click", () => step(by));
    return made;
  };
  const grip = make("span", { className: "grip", "aria-hidden": "true" }, icon("grip"));
  item.append(make("div", { className: "moves" }, button(words.textUp, -1, " up"), grip, button(words.textDown, 1, " down")));
  grip.addEventListener("pointerdown", (e) => drag(e, item, moved));
}

function drag(start, item, moved) {
  start.preventDefault();
  const grip = start.currentTarget;
  const before = item.nextElementSibling;
  grip.setPointerCapture(start.pointerId);
  item.classList.add("dragged");
  const move = (e) => {
    for (const other of item.parentElement.children) {
      if (other === item) continue;
      const box = other.getBoundingClientRect();
      if (e.clientY < box.top || e.clientY > box.bottom) continue;
      if (e.clientY < box.top + box.height / 2) other.before(item); else other.after(item);
      break;
    }
  };
  const end = () => {
    grip.removeEventListener("pointermove", move);
    item.classList.remove("dragged");
    if (item.nextElementSibling !== before) moved();
  };
  grip.addEventListener("pointermove", move);
  grip.addEventListener("lostpointercapture", end, { once: true });
}
