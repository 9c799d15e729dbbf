// Captions: a button goes from none to each language and back. A film shows them itself; of a sound they
// stand below it.
import { filled, make } from "../make.js";
import { button } from "./controls.js";

export function captions({ media, words, film, figure }, bar) {
  const tracks = [...media.textTracks].filter((t) => t.kind === "captions");
  if (!tracks.length) return;
  let chosen = -1;
  const on = button("captions", words.captions, () => choose(chosen + 1 < tracks.length ? chosen + 1 : -1));
  on.dataset.captions = "";
  const below = make("p", { className: "cues", hidden: true });
  const show = () => {
    const cues = [...(tracks[chosen]?.activeCues ?? [])];
    below.replaceChildren(...cues.flatMap((cue) => [cue.getCueAsHTML(), make("br")]).slice(0, -1));
    below.hidden = film || chosen < 0;
  };
  const choose = (n) => {
    chosen = n;
    for (const [i, track] of tracks.entries()) track.mode = i !== n ? "disabled" : film ? "showing" : "hidden";
    on.setAttribute("aria-pressed", String(n >= 0));
    const label = n < 0 ? words.captionsOff : filled(words.captionsOn, tracks[n].label);
    on.title = label;
    on.setAttribute("aria-label", label);
    show();
  };
  if (!film) {
    figure.append(below);
    for (const track of tracks) track.addEventListener("cuechange", show);
  }
  // The last lines are under the controls: words stand above them.
  const lift = (track) => { for (const cue of track.cues ?? []) if (cue.line === "auto") cue.line = -4; };
  if (film) {
    for (const element of media.querySelectorAll("track")) element.addEventListener("load", () => lift(element.track));
    for (const track of tracks) track.addEventListener("cuechange", () => lift(track));
  }
  bar.querySelector("[data-more]").before(on);
  choose(-1);
}
