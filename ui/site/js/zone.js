// Statistics are shown by the days of the reader's zone. The server doesn't know it; the page asks again, once, and its links keep it.
export function zone(steps) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const url = new URL(location.href);
  if (!here || steps.dataset.zone || url.searchParams.has("tz")) return;
  url.searchParams.set("tz", here);
  location.replace(url);
}
