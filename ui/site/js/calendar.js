// The calendar in the reader's own zone, which only the browser knows; and by arrow keys from day to day.
const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const pages = { PageUp: "prev", PageDown: "next" };

export function calendars(table) {
  tellZone(document.querySelector("[data-zone]").dataset.zone);
  const cells = [...table.querySelectorAll("td")];
  table.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.shiftKey) return;
    if (pages[e.key]) document.querySelector(`.months [rel=${pages[e.key]}]`).click();
    else if (!steps[e.key] || !go(cells, cells.indexOf(e.target.closest("td")), steps[e.key])) return;
    e.preventDefault();
  });
}

// go focuses the next day that way which has something on it.
function go(cells, from, step) {
  for (let at = from + step; cells[at]; at += step) {
    const day = cells[at].querySelector("a.number");
    if (!day) continue;
    day.focus();
    return true;
  }
  return false;
}

// tellZone tells the server, once, in which zone days begin here.
function tellZone(shown) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (!timeZone || timeZone === shown || sessionStorage.getItem("madang:zone") === timeZone) return;
  sessionStorage.setItem("madang:zone", timeZone); // where cookies are refused, it is told but once
  document.cookie = `madang_zone=${encodeURIComponent(timeZone)}; Path=/; Max-Age=31536000; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  location.reload();
}
