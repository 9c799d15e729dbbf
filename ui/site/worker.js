// The service worker. It keeps the assets of one version and a page that says that there is no connection; pages and
// answers of the API always come from the network and are never kept. `site` is what the server says of itself.
const assets = `madang-${site.version}`;
const state = "madang-state"; // the language of who reads
const shared = "madang-shared"; // files on their way into the composer

self.addEventListener("install", (e) => e.waitUntil(keep()));
self.addEventListener("activate", (e) => e.waitUntil(begin()));
self.addEventListener("message", (e) => e.waitUntil(hear(e.data)));
self.addEventListener("push", (e) => e.waitUntil(show(e.data?.json())));
self.addEventListener("notificationclick", (e) => e.waitUntil(open(e.notification)));
self.addEventListener("pushsubscriptionchange", (e) => e.waitUntil(subscribe()));
self.addEventListener("fetch", (e) => {
  const { request } = e;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname === "/share") e.respondWith(share(request));
  else if (request.method !== "GET") return;
  else if (request.mode === "navigate") e.respondWith(fetch(request).catch(offline));
  else if (url.pathname.startsWith(`/assets/${site.version}/`)) e.respondWith(asset(request));
});

const offlinePage = (lang) => `/offline?lang=${lang}`;

async function keep() {
  const cache = await caches.open(assets);
  await cache.addAll(site.shell);
  for (const lang of ["ko", "en"]) await cache.put(offlinePage(lang), await fetch(offlinePage(lang), { credentials: "omit", cache: "no-store" }));
}

async function begin() {
  for (const name of await caches.keys()) if (![assets, state].includes(name)) await caches.delete(name);
  await clients.claim();
}

// hear: which language the pages speak, that the new version may begin, that somebody signed out.
async function hear(said) {
  if (said.lang) await (await caches.open(state)).put("/lang", new Response(said.lang));
  if (said.renew) await self.skipWaiting();
  if (said.signedOut) await leave();
}

async function asset(request) {
  const cache = await caches.open(assets);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200) await cache.put(request, answer.clone());
  return answer;
}

async function offline() {
  const said = await caches.match("/lang", { cacheName: state });
  const lang = (said && await said.text()) || (navigator.language.startsWith("ko") ? "ko" : "en");
  return (await caches.match(offlinePage(lang), { cacheName: assets, ignoreVary: true })) ?? Response.error();
}

// share takes what a device shares with the app into the composer.
async function share(request) {
  const form = await request.formData();
  const files = form.getAll("files").filter((f) => f.size);
  await caches.delete(shared);
  const cache = await caches.open(shared);
  for (const [i, file] of files.entries()) {
    await cache.put(`/shared/${i}`, new Response(file, { headers: { "Content-Type": file.type, "X-Name": encodeURIComponent(file.name) } }));
  }
  const words = new URLSearchParams({ shared: files.length });
  for (const name of ["title", "text", "url"]) if (form.get(name)) words.set(name, form.get(name));
  return Response.redirect(`/new?${words}`, 303);
}

async function show(news) {
  if (!news) return;
  await self.registration.showNotification(news.title, {
    body: news.body, tag: news.tag, lang: news.lang, data: { path: news.path }, icon: "/icons/192.png", badge: "/icons/badge-96.png",
  });
  await navigator.setAppBadge?.().catch(() => {});
}

async function open(notification) {
  notification.close();
  const url = new URL(notification.data?.path ?? "/notifications", location.origin);
  if (url.origin !== location.origin) return;
  for (const page of await clients.matchAll({ type: "window" })) {
    if (new URL(page.url).pathname === url.pathname) { await page.focus(); return; }
  }
  await clients.openWindow(url);
}

// subscribe does it again when the browser changed its subscription.
async function subscribe() {
  const answer = await fetch("/api/push/key");
  if (!answer.ok) return; // signed out
  const { public_key: key } = await answer.json();
  const made = await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await fetch("/api/push/subscriptions", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(made) });
}

// leave: nothing that is somebody's stays when they sign out.
async function leave() {
  for (const shown of await self.registration.getNotifications()) shown.close();
  await navigator.clearAppBadge?.().catch(() => {});
  await caches.delete(shared);
  await (await self.registration.pushManager?.getSubscription())?.unsubscribe();
}
