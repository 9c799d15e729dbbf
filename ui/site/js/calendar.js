// The calendar by arrow keys: from day to day, and from month to month.
const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const pages = { PageUp: "prev", PageDown: "next" };

export function calendars(table) {
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
