// Lists go on by themselves near their end. The link to the next page stays: it is what
// is followed without scripts, by keyboard, and when fetching fails.
export function endless(root) {
  for (const link of root.querySelectorAll("a[data-next]")) watch(link);
}

function watch(link) {
  const observer = new IntersectionObserver((seen) => {
    if (!seen.some((s) => s.isIntersecting)) return;
    observer.disconnect();
    more(link);
  }, { rootMargin: "600px" });
  observer.observe(link);
}

async function more(link) {
  const pager = link.closest(".pager");
  const list = pager.previousElementSibling;
  if (!list?.matches("[data-list]")) return;
  pager.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("[data-list]");
    if (!found) return;
    const added = [...found.children].filter((item) => !item.id || !document.getElementById(item.id));
    list.append(...added);
    const next = page.querySelector("a[data-next]");
    if (next) { link.href = next.getAttribute("href"); watch(link); } else pager.remove();
    list.dispatchEvent(new CustomEvent("madang:added", { bubbles: true }));
  } finally {
    pager.removeAttribute("aria-busy");
  }
}
