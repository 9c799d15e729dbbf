// Pictures open large over the page; without scripts their links open the file.
import { text } from "./say.js";

export function galleries(root) {
  for (const gallery of root.querySelectorAll("[data-gallery]:not([data-ready])")) {
    gallery.dataset.ready = "";
    gallery.addEventListener("click", (e) => {
      const link = e.target.closest("a[data-full]");
      if (!link || e.ctrlKey || e.metaKey || e.shiftKey) return;
      e.preventDefault();
      open([...gallery.querySelectorAll("a[data-full]")], link);
    });
  }
}

function open(links, first) {
  let at = links.indexOf(first);
  const viewer = Object.assign(document.createElement("dialog"), { className: "viewer" });
  const figure = document.createElement("figure");
  const picture = document.createElement("img");
  const caption = document.createElement("figcaption");
  figure.append(picture, caption);
  viewer.append(figure, knob("v-close", "close", "close", () => viewer.close()));
  const go = (step) => {
    at = (at + step + links.length) % links.length;
    picture.src = links[at].href;
    picture.alt = caption.textContent = links[at].dataset.alt;
  };
  if (links.length > 1) {
    viewer.append(knob("v-prev", "left", "previous", () => go(-1)), knob("v-next", "right", "following", () => go(1)));
    viewer.addEventListener("keydown", (e) => {
      if (e.key === "ArrowLeft") go(-1);
      if (e.key === "ArrowRight") go(1);
    });
  }
  viewer.addEventListener("click", (e) => { if (e.target === figure || e.target === picture) viewer.close(); });
  viewer.addEventListener("close", () => { viewer.remove(); links[at].focus({ preventScroll: true }); });
  document.body.append(viewer);
  go(0);
  viewer.showModal();
}

function knob(name, icon, word, press) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: name });
  made.setAttribute("aria-label", text(word));
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  use.setAttribute("href", `#i-${icon}`);
  svg.append(use);
  made.append(svg);
  made.addEventListener("click", press);
  return made;
}
