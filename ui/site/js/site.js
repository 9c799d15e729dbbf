// What every page can do with scripts that it does without them by forms and links. Nothing but this is
// fetched before the page is seen; the rest comes after, and what few pages need is fetched by those.
const say = async (name) => (await import("./say.js")).say(name);

const seen = painted();
const modules = { toggle: () => import("./toggle.js"), swap: () => import("./swap.js") };

document.documentElement.classList.add("with-script");
reveal(document);
for (const tab of document.querySelectorAll(".tabs [aria-current]")) { // where they are wider than a phone, that which is open is seen
  tab.parentElement.scrollLeft = tab.offsetLeft + tab.offsetWidth / 2 - tab.parentElement.offsetLeft - tab.parentElement.clientWidth / 2;
}
seen.then(() => enhance(document)).then(() => document.documentElement.classList.add("awake")); // what a test that clicks waits for
document.addEventListener("madang:added", (e) => { reveal(e.target); enhance(e.target); });

// The worker comes when the page is there. The browser may offer to install the place at any time.
if ("serviceWorker" in navigator) seen.then(() => import("./app.js")).then(({ app }) => app());
addEventListener("beforeinstallprompt", async (e) => {
  e.preventDefault();
  (await import("./install.js")).offer(e);
});
if (document.querySelector("[data-unreached]") && location.pathname !== "/offline") comeBack();

/** comeBack shows the page that was asked for as soon as the server can be reached again: the browser may say so, or be wrong. */
function comeBack() {
  const look = () => fetch("/api/health", { cache: "no-store" }).then((answer) => { if (answer.ok) location.reload(); }, () => {});
  addEventListener("online", look);
  setInterval(look, 5000);
}

/** painted settles once something of the page is on the screen, or at once where nobody looks at it. */
function painted() {
  if (document.hidden) return Promise.resolve();
  return new Promise((done) => {
    new PerformanceObserver((list) => { if (list.getEntriesByName("first-contentful-paint").length) done(); }).observe({ type: "paint", buffered: true });
    setTimeout(done, 5000); // should a browser not tell
  });
}

/** reveal shows what works with scripts alone. */
function reveal(root) {
  for (const button of root.querySelectorAll("[data-share], [data-copy], [data-print]")) button.hidden = false;
  for (const form of root.querySelectorAll("[data-autosend]")) form.addEventListener("change", () => choose(form));
}

/** choose sends a form whose one field is filled; a picture of a person is cut out first. */
async function choose(form) {
  const cropper = "crop" in form.dataset && await import("./crop.js").catch(() => null);
  if (cropper) cropper.crop(form);
  else form.requestSubmit();
}

/** enhance wakes what stands in a part of the page. */
async function enhance(root) {
  if (root.querySelector(".find")) (await import("./suggest.js")).suggests(root);
  if (root.querySelector("[data-player]")) (await import("./player.js")).players(root);
  if (root.querySelector("[data-live]")) (await import("./live.js")).live(root.querySelector("[data-live]"));
  if (root.querySelector("[data-fresh]")) (await import("./fresh.js")).fresh(root.querySelector("[data-fresh]"));
  if (root.querySelector("[data-counts]")) (await import("./counts.js")).counts(root.querySelector("[data-counts]"));
  if (root.querySelector("[data-gallery]")) (await import("./gallery.js")).galleries(root);
  if (root.querySelector("[data-dismiss]")) (await import("./dismiss.js")).dismissals();
  if (root.querySelector("a[data-next]")) (await import("./endless.js")).endless(root);
  if (root.querySelector("[data-moderate]")) (await import("./moderate.js")).moderates(root.querySelector("[data-moderate]"));
  if (root.querySelector("[data-passkey]")) (await import("./passkey.js")).passkeys(root);
  if (root.querySelector("[data-proof]")) (await import("./proof.js")).proof(root.querySelector("[data-proof]"));
  if (root.querySelector("[data-zone]")) (await import("./zone.js")).zone(root.querySelector("[data-zone]").dataset.zone);
  if (root.querySelector("time[data-clock]")) (await import("./clock.js")).clocks(root);
  if (root.querySelector("[data-push]")) (await import("./push.js")).push(root.querySelector("[data-push]"));
  if (root.querySelector("[data-month]")) (await import("./calendar.js")).calendars(root.querySelector("[data-month]"));
  if (root.querySelector("[data-talk]")) (await import("./messages.js")).talk(root.querySelector("[data-talk]"));
  if (root.querySelector("[data-compose]")) (await import("./compose.js")).compose(root.querySelector("[data-compose]"));
  for (const [kind, load] of Object.entries(modules)) if (root.querySelector(`form[data-${kind}]`)) await load(); // at hand when the connection is gone
}

// Forms that needn't leave the page: the module of their kind sends them. One that can't be fetched leaves the form to the browser.
document.addEventListener("submit", async (e) => {
  const kind = Object.keys(modules).find((k) => k in e.target.dataset);
  if (!kind) return;
  e.preventDefault();
  const sender = await modules[kind]().catch(() => null);
  if (sender) sender.send(e.target);
  else e.target.submit();
});

document.addEventListener("click", async (e) => {
  const share = e.target.closest("[data-share]");
  if (share) {
    const url = new URL(share.dataset.share, location.href).href;
    try {
      if (navigator.share) await navigator.share({ title: share.dataset.title, url });
      else { await navigator.clipboard.writeText(url); say("copied"); }
    } catch (problem) {
      if (problem.name !== "AbortError") say("failed");
    }
  }
  if (e.target.closest("[data-print]")) window.print();
  const copy = e.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.copy).then(() => say("kept"), () => say("failed"));
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(e.target)) menu.open = false;
  }
});

// What was typed and not saved is nobody else's: it doesn't stay on the device of somebody who leaves it.
document.addEventListener("submit", (e) => {
  if (!e.target.matches("form[action='/logout']")) return;
  navigator.serviceWorker?.controller?.postMessage({ signedOut: true });
  for (const key of Object.keys(localStorage)) if (/^(madang:draft:|tus::)/.test(key)) localStorage.removeItem(key);
});

document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  const open = document.querySelector("details.menu[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});
