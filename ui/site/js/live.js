// The number of unread notifications, kept true while the page is looked at: the server tells of each
// one as it comes, and after a pause (a sleeping laptop, a restart) it is asked anew.
const title = document.title;
const longest = 60_000; // ms between two tries

export function live(bell) {
  const count = bell.querySelector("[data-unread]");
  let stream, wait = 1000, timer;

  async function recount() {
    const answer = await fetch("/api/notifications?unread=true&page_size=1");
    if (!answer.ok) return;
    const { unread_count: n } = await answer.json();
    count.hidden = n === 0;
    count.textContent = n > 99 ? "99+" : n;
    document.title = n ? `(${count.textContent}) ${title}` : title;
    if (navigator.setAppBadge) navigator.setAppBadge(n).catch(() => {}); // not installed: there is no badge
  }

  function connect() {
    stream = new EventSource("/api/realtime");
    stream.addEventListener("PB_CONNECT", async (e) => {
      const body = JSON.stringify({ clientId: JSON.parse(e.data).clientId, subscriptions: ["notifications/*"] });
      const answer = await fetch("/api/realtime", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      if (!answer.ok) return stop();
      wait = 1000;
      await recount();
    });
    stream.addEventListener("notifications/*", recount);
    stream.addEventListener("error", () => {
      stop();
      timer = setTimeout(connect, wait);
      wait = Math.min(wait * 2, longest);
    });
  }

  function stop() {
    clearTimeout(timer);
    stream?.close();
    stream = undefined;
  }

  // A browser has few connections to one place: a tab that nobody looks at keeps none.
  document.addEventListener("visibilitychange", () => {
    stop();
    if (document.visibilityState === "visible") connect();
  });
  if (document.visibilityState === "visible") connect();
}
