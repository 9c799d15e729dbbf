// Players: the browser's own element with controls of ours – the same in every browser and
// language, by keyboard too (space or K, arrows, M, F).
export function players(root) {
  for (const figure of root.querySelectorAll("[data-player]:not([data-ready])")) {
    figure.dataset.ready = "";
    dress(figure, figure.querySelector("video, audio"));
  }
}

const speeds = [1, 1.25, 1.5, 2, 0.75];

function dress(figure, media) {
  const words = figure.dataset;
  const film = media.localName === "video";
  const play = button("play", words.play, () => (media.paused ? media.play() : media.pause()));
  const seek = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 1000, value: 0, step: 1 });
  seek.setAttribute("aria-label", words.seek);
  const clock = Object.assign(document.createElement("span"), { className: "clock" });
  const speed = button("", words.speed, () => {
    media.playbackRate = speeds[(speeds.indexOf(media.playbackRate) + 1) % speeds.length];
    rated();
  });
  const rated = () => {
    speed.textContent = `${media.playbackRate}×`;
    speed.setAttribute("aria-label", `${words.speed} ${media.playbackRate}×`);
  };
  rated();
  speed.className = "speed";
  const mute = button("volume", words.mute, () => { media.muted = !media.muted; });
  mute.className = "mute";
  const controls = Object.assign(document.createElement("div"), { className: "controls" });
  controls.append(play, seek, clock, speed, mute);
  media.controls = false;

  let box = figure;
  if (film) {
    const stage = Object.assign(document.createElement("div"), { className: "stage" });
    media.replaceWith(stage);
    const big = button("play", words.play, () => media.play());
    big.className = "big-play";
    controls.append(button("full", words.full, () => full(stage)));
    stage.append(media, big, controls);
    media.addEventListener("click", () => play.click());
    box = stage;
  } else {
    media.after(controls);
  }

  const length = () => (Number.isFinite(media.duration) ? media.duration : Number(media.dataset.duration) || 0);
  const tell = () => {
    const now = `${time(media.currentTime)}`;
    clock.textContent = `${now} / ${time(length())}`;
    seek.setAttribute("aria-valuetext", words.of.replace("{0}", now).replace("{1}", time(length())));
    if (!seek.matches(":active")) seek.value = length() ? Math.round((media.currentTime / length()) * 1000) : 0;
  };
  seek.addEventListener("input", () => { media.currentTime = (seek.value / 1000) * length(); tell(); });
  for (const event of ["timeupdate", "loadedmetadata", "durationchange", "seeked"]) media.addEventListener(event, tell);
  media.addEventListener("play", () => { face(play, "pause", words.pause); box.classList.add("playing", "started"); pauseOthers(media); });
  media.addEventListener("pause", () => { face(play, "play", words.play); box.classList.remove("playing"); });
  media.addEventListener("volumechange", () => face(mute, media.muted ? "muted" : "volume", media.muted ? words.unmute : words.mute));
  const broken = () => { clock.textContent = words.broken; play.disabled = seek.disabled = true; };
  media.addEventListener("error", broken);
  media.querySelector("source:last-of-type")?.addEventListener("error", broken); // none of them can be played
  box.addEventListener("keydown", (e) => keys(e, media, film && (() => full(box))));
  tell();
}

function keys(e, media, toFull) {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const onButton = e.target.closest("button");
  const step = { ArrowLeft: -5, ArrowRight: 5 }[e.key];
  if (step) media.currentTime += step;
  else if (e.key === "k" || (e.key === " " && !onButton)) media.paused ? media.play() : media.pause();
  else if (e.key === "m") media.muted = !media.muted;
  else if (e.key === "f" && toFull) toFull();
  else return;
  e.preventDefault();
}

function full(stage) {
  if (document.fullscreenElement) document.exitFullscreen();
  else stage.requestFullscreen?.();
}

function pauseOthers(playing) {
  for (const other of document.querySelectorAll("video, audio")) if (other !== playing) other.pause();
}

function button(icon, label, press) {
  const made = Object.assign(document.createElement("button"), { type: "button" });
  if (icon) face(made, icon, label);
  else made.setAttribute("aria-label", label);
  made.addEventListener("click", press);
  return made;
}

function face(made, icon, label) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${icon}`);
  svg.append(use);
  made.replaceChildren(svg);
  made.setAttribute("aria-label", label);
  made.title = label;
}

function time(seconds) {
  const s = Math.max(0, Math.floor(seconds || 0));
  const rest = String(s % 60).padStart(2, "0");
  return s < 3600 ? `${Math.floor(s / 60)}:${rest}` : `${Math.floor(s / 3600)}:${String(Math.floor(s / 60) % 60).padStart(2, "0")}:${rest}`;
}
