// Players: the browser's own element with controls of ours – the same in every browser and language, by
// keyboard too. One plays at a time, also among tabs.
import { captions } from "./player/captions.js";
import { controls } from "./player/controls.js";
import { adaptive } from "./player/hls.js";
import { keys } from "./player/keys.js";
import { remembers } from "./player/memory.js";
import { session } from "./player/session.js";
import { waveform } from "./player/waveform.js";
import { icon, make } from "./make.js";

export function players(root) {
  for (const figure of root.querySelectorAll("[data-player]:not([data-ready])")) {
    figure.dataset.ready = "";
    dress(figure, figure.querySelector("video, audio"));
  }
}

function dress(figure, media) {
  const words = figure.dataset;
  const film = media.localName === "video";
  const length = () => (Number.isFinite(media.duration) ? media.duration : Number(media.dataset.duration) || 0);
  const ready = remembers(figure, media, length, film ? adaptive(media) : () => {});
  const player = { figure, media, words, film, length, toggle: () => (media.paused ? ready().then(() => media.play()).catch(() => {}) : media.pause()) };
  media.controls = false;
  const bar = controls(player);
  if (film) stage(player, bar);
  else media.after(bar);
  player.box = film ? bar.parentElement : figure;
  captions(player, bar);
  keys(player);
  session(player);
  if (film) shown(media, () => { media.poster = media.dataset.poster ?? ""; });
  else shown(figure, () => waveform(player, bar));
  media.addEventListener("play", () => only(media));
  media.addEventListener("ended", () => next(figure)?.querySelector("[data-toggle-play]").click());
}

// stage is a film with its controls over it.
function stage({ media, words, toggle }, bar) {
  const big = make("button", { type: "button", className: "big-play", "aria-label": words.play, title: words.play }, icon("play"));
  const place = make("div", { className: "stage" });
  media.replaceWith(place);
  place.append(media, big, bar);
  for (const target of [media, big]) target.addEventListener("click", toggle);
}

// shown does something once an element is nearly seen.
function shown(element, act) {
  const seen = new IntersectionObserver((all) => {
    if (!all.some((s) => s.isIntersecting)) return;
    seen.disconnect();
    act();
  }, { rootMargin: "300px" });
  seen.observe(element);
}

const tabs = new BroadcastChannel("madang-player");
tabs.addEventListener("message", () => only(null));

// only lets no other play than this one.
function only(media) {
  for (const other of document.querySelectorAll("video, audio")) if (other !== media) other.pause();
  if (media) tabs.postMessage("playing");
}

// next is the player that comes after one in its post.
function next(figure) {
  const all = [...(figure.closest("article")?.querySelectorAll("[data-player]") ?? [])];
  return all[all.indexOf(figure) + 1];
}
