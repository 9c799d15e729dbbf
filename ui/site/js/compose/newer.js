// What is said when another tab or device saved a newer version: the two can be compared, and one chosen.
import { make, press } from "../make.js";

/** theirs is the version that the server has, read from the page that edits it. */
export async function theirs(id) {
  const answer = await fetch(`/posts/${id}/edit`, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.status);
  const { elements } = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-compose]");
  return { seen: elements.seen.value, title: elements.title.value, content: elements.content.value };
}

/** newer shows the notice over the form. keep is called when one's own version is to be saved over it, use when it isn't. */
export function newer(form, version, { keep, use }) {
  const words = form.dataset;
  form.querySelector("[data-newer]")?.remove();
  const box = make("section", { className: "note warn newer", role: "alert", "data-newer": "" },
    make("p", { textContent: words.textNewer }),
    make("details", {}, make("summary", { textContent: words.textNewerShow }),
      make("h2", { textContent: version.title }), make("pre", { className: "theirs", textContent: version.content })),
    make("p", { className: "row" },
      press(words.textNewerMine, () => { box.remove(); keep(); }, "button small"),
      press(words.textNewerTheirs, () => { box.remove(); use(); }, "button quiet small")));
  form.prepend(box);
  box.scrollIntoView({ block: "nearest" });
}
