// The numbers of unread notifications and messages, kept true while the page is looked at: beside their signs, in the title,
// and on the icon of the app where it is installed.
import { hear } from "./stream.js";

const title = document.title;

const badge = (n) => (n > 99 ? "99+" : String(n));

async function unread(of) {
  const answer = await fetch(`/api/${of}?unread=true&page_size=1`);
  return answer.ok ? (await answer.json()).unread_count : undefined;
}

function tell(count, n) {
  count.hidden = n === 0;
  count.textContent = badge(n);
}

export function live(bell) {
  const count = bell.querySelector("[data-unread]");
  const letters = document.querySelector("[data-unread-messages]");

  async function recount() {
    const [news, messages] = await Promise.all(["notifications", "conversations"].map(unread));
    if (news === undefined || messages === undefined) return;
    tell(count, news);
    tell(letters, messages);
    const n = Math.max(news, messages); // of a message there is news as well
    document.title = n ? `(${badge(n)}) ${title}` : title;
    navigator.setAppBadge?.(n).catch(() => {}); // not installed: there is no badge
  }
  hear("notifications/*", recount, recount);
}
