// What a player remembers, on this device alone: volume, speed, and where one stopped. What somebody watched
// and how far is nobody's business, so the server is never told.
import { filled } from "../make.js";
import { show } from "../say.js";
import { clock } from "./clock.js";

const most = 100; // positions
const every = 5; // seconds of playing between two notes
const short = 60; // seconds; what is shorter begins anew
const near = 10; // seconds from the beginning or the end that count as there

/** remembers gives what has to be waited for before the first play; prepare is called before that. */
export function remembers(figure, media, length, prepare) {
  const id = figure.dataset.player;
  let begun, noted = 0;
  const note = () => {
    const at = media.currentTime;
    if (length() < short) return;
    keep(id, at < near || at > length() - near ? 0 : at);
  };
  const level = read("madang:volume", {});
  media.volume = level.volume ?? 1;
  media.muted = level.muted ?? false;
  media.playbackRate = media.defaultPlaybackRate = level.rate ?? 1;
  for (const event of ["volumechange", "ratechange"]) {
    media.addEventListener(event, () => write("madang:volume", { volume: media.volume, muted: media.muted, rate: media.playbackRate }));
  }
  media.addEventListener("timeupdate", () => {
    if (media.paused || Math.abs(media.currentTime - noted) < every) return;
    noted = media.currentTime;
    note();
  });
  for (const event of ["pause", "ended"]) media.addEventListener(event, note);

  return async () => {
    if (begun) return;
    begun = true;
    await prepare();
    const at = read("madang:at", []).find(([of]) => of === id)?.[1];
    if (!at || media.currentTime > 1) return;
    media.currentTime = at;
    show(filled(figure.dataset.resumed, clock(at)));
  };
}

// keep writes down a position, the newest first, and forgets it when it is 0.
function keep(id, at) {
  const others = read("madang:at", []).filter(([of]) => of !== id);
  write("madang:at", at ? [[id, Math.floor(at)], ...others].slice(0, most) : others);
}

function read(key, otherwise) {
  try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch { return otherwise; }
}

function write(key, value) {
  try { localStorage.setItem(key, JSON.stringify(value)); } catch { return; } // full, or not allowed: nothing is remembered
}
