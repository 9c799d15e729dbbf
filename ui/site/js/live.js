// The number of unread notifications, kept true while the page is looked at: beside the bell, in the title,
// and on the icon of the app where it is installed.
import { hear } from "./stream.js";

const title = document.title;

export function live(bell) {
  const count = bell.querySelector("[data-unread]");

  async function recount() {
    const answer = await fetch("/api/notifications?unread=true&page_size=1");
    if (!answer.ok) return;
    const { unread_count: n } = await answer.json();
    count.hidden = n === 0;
    count.textContent = n > 99 ? "99+" : n;
    document.title = n ? `(${count.textContent}) ${title}` : title;
    navigator.setAppBadge?.(n).catch(() => {}); // not installed: there is no badge
  }
  hear("notifications/*", recount, recount);
}
