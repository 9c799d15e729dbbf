// What PocketBase's dashboard runs at its start: where our pages are. Each is loaded when it is opened.
const folder = '/_/extensions/madang/';
const { pages, say } = await import(folder + 'words.js');

document.head.append(t.link({ rel: 'stylesheet', href: folder + 'madang.css' }));
app.store.headerLinks.unshift({ href: '#/madang', icon: 'ri-community-line', label: 'Madang' });

for (const { name, href } of pages) {
  app.routes.superuserOnly(href, async (route) => {
    app.store.title = say(name);
    const [{ page }, { show }] = await Promise.all([import(folder + 'page.js'), import(`${folder}${name}.js`)]);
    return page(name, show, route);
  });
}
