// Days begin where the reader is. Only the browser knows where: it tells the server, which answers by that from then on.
export function zone(shown) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (!timeZone || timeZone === shown || new URLSearchParams(location.search).has("tz")) return;
  if (sessionStorage.getItem("madang:zone") === timeZone) return; // where cookies are refused, it is told but once
  sessionStorage.setItem("madang:zone", timeZone);
  document.cookie = `madang_zone=${encodeURIComponent(timeZone)}; Path=/; Max-Age=31536000; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  location.reload();
}
