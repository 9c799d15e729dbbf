// New posts are announced over the list without moving what is being read; a press brings them in.
import { filled, make } from "./make.js";
import { say } from "./say.js";
import { hear } from "./stream.js";

const gather = 1500; // ms in which further ones are waited for

export function fresh(place) {
  const list = () => place.parentElement.querySelector("[data-list]");
  const pill = make("button", { type: "button", className: "button small", hidden: true });
  place.append(pill);
  let timer;

  // newest asks for that many of the newest posts, and for how many come before one that is shown: -1 when all do.
  async function newest(many) {
    const answer = await fetch(`${place.dataset.fresh}?page_size=${many}`, { headers: { Accept: "application/json" } });
    const { results } = answer.ok ? await answer.json() : { results: [] };
    return { results, known: results.findIndex((p) => document.getElementById(`p-${p.id}`)) };
  }

  // look asks what is newer than the newest that is shown: mostly nothing, so for one at first.
  async function look() {
    let { results, known } = await newest(1);
    if (known < 0 && results.length > 0) ({ results, known } = await newest(20));
    const n = known < 0 ? results.length : known;
    pill.hidden = n === 0;
    pill.textContent = filled(n === 1 ? place.dataset.single : place.dataset.many, known < 0 && n > 1 ? `${n}+` : n);
  }
  const heard = ({ data }) => {
    if (JSON.parse(data).action === "delete") return;
    clearTimeout(timer);
    timer = setTimeout(() => look().catch(() => {}), gather * (0.5 + Math.random())); // without a connection: when there is one again
  };
  pill.addEventListener("click", async () => {
    pill.disabled = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!list()) return location.reload(); // there were none at all
      const added = [...page.querySelector("[data-list]").children].filter((item) => !document.getElementById(item.id));
      list().prepend(...added);
      list().dispatchEvent(new CustomEvent("madang:added", { bubbles: true }));
      pill.hidden = true;
      scrollTo({ top: 0 });
      added[0]?.querySelector(".title a").focus({ preventScroll: true });
    } catch (problem) {
      say(problem instanceof TypeError ? "offline" : "failed");
    } finally {
      pill.disabled = false;
    }
  });
  hear("posts/*", heard, look);
}
