// The place can be installed as an app. Whoever comes back is told once, and never again when they don't want it; the
// settings have a button for it always.
import { make, press } from "./make.js";
import { text } from "./say.js";

const answered = "madang:install"; // "no", or how many pages were seen until now
const patience = 12; // pages

/** offer takes the browser's event, and asks when it is time. */
export function offer(event) {
  const ask = () => event.prompt();
  const row = document.querySelector("[data-install-row]");
  if (row) {
    row.hidden = false;
    row.querySelector("[data-install]").addEventListener("click", ask);
    return;
  }
  const seen = localStorage.getItem(answered) ?? "0";
  if (seen === "no" || !document.querySelector(".bell") || document.querySelector("[data-compose]")) return;
  if (Number(seen) + 1 < patience) { localStorage.setItem(answered, Number(seen) + 1); return; }
  const bar = make("aside", { className: "bar install", "aria-label": text("install") }, make("p", { textContent: text("installHint") }));
  const away = () => { localStorage.setItem(answered, "no"); bar.remove(); };
  bar.append(make("div", { className: "row" }, press(text("install"), () => { away(); ask(); }, "button small"), press(text("installNo"), away)));
  document.body.append(bar);
}
