// A player by keyboard: space and K play, J and L go ten seconds, ← and → five, ↑ and ↓ change the volume,
// M mutes, F fills the screen, C turns captions on and off.
import { full } from "./controls.js";

export function keys(player) {
  const { media, film } = player;
  const step = (by) => { media.currentTime = Math.max(0, media.currentTime + by); };
  const louder = (by) => { media.volume = Math.min(1, Math.max(0, Math.round((media.volume + by) * 20) / 20)); media.muted = false; };
  const acts = {
    k: player.toggle, " ": player.toggle, j: () => step(-10), l: () => step(10), ArrowLeft: () => step(-5), ArrowRight: () => step(5),
    ArrowUp: () => louder(0.1), ArrowDown: () => louder(-0.1), m: () => { media.muted = !media.muted; }, f: film && (() => full(player)),
    c: () => player.figure.querySelector("[data-captions]")?.click(),
  };
  player.box.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === " " && e.target.closest("button")) return; // presses it
    if (e.key.startsWith("Arrow") && e.target.matches(".volume")) return; // moves it
    const act = acts[e.key.length === 1 ? e.key.toLowerCase() : e.key];
    if (!act) return;
    e.preventDefault();
    act();
  });
}
