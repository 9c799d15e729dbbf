// “Not interested”: what is dismissed goes at once, with a way to take that back.
import { make, press } from "./make.js";
import { say, show } from "./say.js";

let hears = false;

export function dismissals() {
  if (hears) return; // it is called again for each page of the list
  hears = true;
  document.addEventListener("submit", (e) => {
    const form = e.target.closest("form[data-dismiss]");
    if (!form) return;
    e.preventDefault();
    dismiss(form);
  });
}

async function ask(url, method) {
  const answer = await fetch(url, { method, headers: { Accept: "application/json", "Accept-Language": document.documentElement.lang } });
  if (!answer.ok) throw new Error((await answer.json()).message);
}

function failed(problem) {
  if (problem instanceof TypeError) say("offline");
  else if (problem.message) show(problem.message);
  else say("failed");
}

// alike are the posts that the same dismissal keeps out: that one, all of the person's, or all with the tag.
function alike(form, own) {
  const [, , kind, id] = form.dataset.dismiss.split("/");
  if (kind === "users") return document.querySelectorAll(`.recommended[data-author="${CSS.escape(id)}"]`);
  if (kind !== "tags") return [own];
  const tag = `#${decodeURIComponent(id)} `;
  return [...document.querySelectorAll(".recommended")].filter((card) => card.dataset.tags.includes(tag));
}

async function dismiss(form) {
  const own = form.closest(".recommended");
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await ask(form.dataset.dismiss, "POST");
  } catch (problem) {
    return failed(problem);
  } finally {
    button.disabled = false;
  }
  const gone = [...alike(form, own)];
  const undo = press(form.dataset.undo, take, "button small quiet");
  const note = make("p", { className: "note dismissed", role: "status" }, `${form.dataset.done} `, undo);
  own.before(note);
  for (const card of gone) card.hidden = true;
  undo.focus();

  async function take() {
    undo.disabled = true;
    try {
      await ask(form.dataset.dismiss, "DELETE");
    } catch (problem) {
      undo.disabled = false;
      return failed(problem);
    }
    note.remove();
    for (const card of gone) card.hidden = false;
    own.querySelector("details.menu").open = false;
    own.querySelector("summary").focus();
  }
}
