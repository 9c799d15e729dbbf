// Comments are sent without leaving the page: the server's answer is the page with the
// comment on it, or with what is wrong, and the part of it that the form names replaces ours.
import { say } from "./say.js";

export async function send(form) {
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch(form.action, {
      method: "POST", headers: { Accept: "text/html" }, body: new URLSearchParams(new FormData(form)),
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.querySelector(form.dataset.swap);
    if (!part || (!answer.ok && answer.status !== 400)) throw new Error();
    document.querySelector(form.dataset.swap).replaceWith(part);
    part.dispatchEvent(new CustomEvent("madang:added", { bubbles: true }));
    const problem = part.querySelector("[aria-invalid]");
    const said = answer.url.includes("#") && part.querySelector(CSS.escape(answer.url.split("#")[1]));
    if (problem) problem.focus();
    else if (said) said.scrollIntoView({ block: "nearest" });
  } catch (problem) {
    button.disabled = false;
    say(problem instanceof TypeError ? "offline" : "failed");
  }
}
