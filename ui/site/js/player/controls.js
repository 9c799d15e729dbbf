// The controls of a player: play, a position with what is loaded of it, time, speed, volume, picture in
// picture and full screen.
import { filled, icon, make } from "../make.js";
import { clock } from "./clock.js";

const speeds = [1, 1.25, 1.5, 2, 0.75];

/** controls makes them. What others add goes before [data-more]. */
export function controls(player) {
  const { media, words, film, length, toggle } = player;
  const play = make("button", { type: "button", "data-toggle-play": "" });
  play.addEventListener("click", toggle);
  const bar = make("div", { className: "controls" }, play, position(player), ...speed(media, words), ...volume(media, words), make("span", { hidden: true, "data-more": "" }));
  if (film && document.pictureInPictureEnabled) bar.append(Object.assign(button("pip", words.pip, () => pip(media)), { className: "pip" }));
  if (film) bar.append(button("full", words.full, () => full(player)));

  const playing = (on) => {
    face(play, on ? "pause" : "play", on ? words.pause : words.play);
    player.box?.classList.toggle("playing", on);
    if (on) player.box?.classList.add("started");
  };
  playing(false);
  media.addEventListener("play", () => playing(true));
  media.addEventListener("pause", () => playing(false));
  const broken = () => { bar.querySelector(".clock").textContent = words.broken; for (const b of bar.querySelectorAll("button, input")) b.disabled = true; };
  media.addEventListener("error", () => { if (media.error && !media.dataset.adapting) broken(); });
  media.querySelector("source:last-of-type")?.addEventListener("error", () => { if (!media.dataset.adapting) broken(); }); // none of them can be played
  media.addEventListener("loadedmetadata", () => { if (!length()) bar.querySelector(".seek").disabled = true; });
  return bar;
}

// position is a range over what is loaded, and the time beside it.
function position({ media, words, length }) {
  const seek = make("input", { type: "range", className: "seek", min: 0, max: 1000, value: 0, step: 1, "aria-label": words.seek });
  const time = make("span", { className: "clock" });
  const loaded = make("span", { className: "loaded", "aria-hidden": "true" });
  const line = make("span", { className: "line" }, loaded, seek);
  const tell = () => {
    time.textContent = `${clock(media.currentTime)} / ${clock(length())}`;
    seek.setAttribute("aria-valuetext", filled(words.of, clock(media.currentTime), clock(length())));
    if (!seek.matches(":active")) seek.value = length() ? Math.round((media.currentTime / length()) * 1000) : 0;
  };
  const load = () => {
    const whole = length();
    loaded.replaceChildren(...Array.from({ length: whole ? media.buffered.length : 0 }, (_, i) => {
      const part = make("span");
      part.style.left = `${(media.buffered.start(i) / whole) * 100}%`;
      part.style.width = `${((media.buffered.end(i) - media.buffered.start(i)) / whole) * 100}%`;
      return part;
    }));
  };
  seek.addEventListener("input", () => { media.currentTime = (seek.value / 1000) * length(); tell(); });
  for (const event of ["timeupdate", "loadedmetadata", "durationchange", "seeked"]) media.addEventListener(event, tell);
  for (const event of ["progress", "loadedmetadata", "timeupdate"]) media.addEventListener(event, load);
  tell();
  const fragment = document.createDocumentFragment();
  fragment.append(line, time);
  return fragment;
}

function speed(media, words) {
  const made = make("button", { type: "button", className: "speed" });
  const tell = () => {
    made.textContent = `${media.playbackRate}×`;
    made.setAttribute("aria-label", `${words.speed} ${media.playbackRate}×`);
  };
  made.addEventListener("click", () => { media.playbackRate = speeds[(speeds.indexOf(media.playbackRate) + 1) % speeds.length]; });
  media.addEventListener("ratechange", tell);
  tell();
  return [made];
}

function volume(media, words) {
  const mute = button("volume", words.mute, () => { media.muted = !media.muted; });
  mute.className = "mute";
  const level = make("input", { type: "range", className: "volume", min: 0, max: 100, step: 5, "aria-label": words.volume });
  const tell = () => {
    const silent = media.muted || media.volume === 0;
    face(mute, silent ? "muted" : "volume", silent ? words.unmute : words.mute);
    level.value = silent ? 0 : Math.round(media.volume * 100);
  };
  level.addEventListener("input", () => { media.volume = level.value / 100; media.muted = level.value === "0"; });
  media.addEventListener("volumechange", tell);
  tell();
  return [mute, level];
}

/** full shows a film alone on the screen, or ends that. */
export function full({ media, box }) {
  if (document.fullscreenElement) document.exitFullscreen();
  else if (box.requestFullscreen) box.requestFullscreen().catch(() => {});
  else media.webkitEnterFullscreen?.(); // the iPhone lets films alone be that large
}

function pip(media) {
  const done = document.pictureInPictureElement ? document.exitPictureInPicture() : media.requestPictureInPicture();
  done.catch(() => {}); // refused before anything is loaded
}

/** button is one with an icon. */
export function button(sign, label, act) {
  const made = make("button", { type: "button" });
  face(made, sign, label);
  made.addEventListener("click", act);
  return made;
}

function face(made, sign, label) {
  made.replaceChildren(icon(sign));
  made.setAttribute("aria-label", label);
  made.title = label;
}
