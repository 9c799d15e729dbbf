// What PocketBase's dashboard runs at its start: where our pages are. Each is loaded when it is opened.
// Routes have to be there before the dashboard's router begins, so nothing is waited for here.
const folder = '/_/extensions/madang/';
const pages = [
  { name: 'overview', href: '#/madang', icon: 'dashboard-3-line' },
  { name: 'moderation', href: '#/madang/moderation', icon: 'shield-check-line' },
  { name: 'bulk', href: '#/madang/bulk', icon: 'checkbox-multiple-line' },
  { name: 'media', href: '#/madang/media', icon: 'image-line' },
  { name: 'search', href: '#/madang/search', icon: 'search-line' },
  { name: 'experiments', href: '#/madang/experiments', icon: 'test-tube-line' },
  { name: 'jobs', href: '#/madang/jobs', icon: 'loop-right-line' },
  { name: 'audit', href: '#/madang/audit', icon: 'history-line' },
  { name: 'setup', href: '#/madang/setup', icon: 'list-check-3' },
];

document.head.append(t.link({ rel: 'stylesheet', href: folder + 'madang.css' }));
app.store.headerLinks.unshift({ href: '#/madang', icon: 'ri-community-line', label: 'Madang' });

// counters are the server's: refused when they are changed, so they aren't offered either
new MutationObserver(() => {
  for (const input of document.querySelectorAll('input[name$="_count"]:not([readonly])')) input.readOnly = true;
}).observe(document.documentElement, { childList: true, subtree: true });

for (const { name, href } of pages) {
  app.routes.superuserOnly(href, async (route) => {
    const [{ page }, { show }] = await Promise.all([import(folder + 'page.js'), import(`${folder}${name}.js`)]);
    return page(pages, name, show, route);
  });
}
