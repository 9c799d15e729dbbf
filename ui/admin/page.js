// The frame of each page: the list of pages, the heading, and what is shown while it loads or when it fails.
import { h, icon } from './dom.js';
import { say } from './words.js';

const sidebar = (pages, current) => app.components.pageSidebar({ className: 'madang-sidebar' },
  h('nav', { class: 'sidebar-content scrollable', 'aria-label': 'Madang' },
    h('div', { class: 'nav-group' }, pages.map(({ name, href, icon: sign }) =>
      h('a', { href, class: `nav-item ${name === current ? 'active' : ''}`, 'aria-current': name === current && 'page' },
        icon(sign), h('span', { class: 'txt' }, say(name)))))));

const loading = () => h('div', { role: 'status', 'aria-label': say('loading') }, [1, 2, 3, 4].map(() => h('div', { class: 'skeleton-loader lg' })));

const failed = (error, again) => h('div', { class: 'alert danger', role: 'alert' },
  h('p', {}, error?.response?.message || error?.message || say('failed')),
  h('button', { type: 'button', class: 'btn sm', onclick: again }, say('again')));

/** keepFocus lets what is shown anew have the focus where it was. */
const keepFocus = (body, change) => {
  const key = body.contains(document.activeElement) ? document.activeElement.dataset.key : '';
  change();
  if (key) body.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
};

/**
 * page frames what show gives: a list of elements. show gets what shows it anew, and the route.
 * A page that was left is not shown anew.
 */
export const page = (pages, name, show, route) => {
  app.store.title = say(name);
  const body = h('div', { class: 'wrapper lg m-b-base madang' }, loading());
  let turn = 0;
  const again = async () => {
    const mine = ++turn;
    try {
      const content = await show(again, route);
      if (mine === turn) keepFocus(body, () => body.replaceChildren(...content.filter(Boolean)));
    } catch (error) {
      if (error?.isAbort || mine !== turn) return;
      if (error?.status === 401) app.checkApiError(error);
      body.replaceChildren(failed(error, again));
    }
  };
  again();
  return t.div({ className: 'page' }, sidebar(pages, name),
    t.div({ className: 'page-content full-height' },
      h('header', { class: 'page-header' },
        h('nav', { class: 'breadcrumbs' }, h('div', { class: 'breadcrumb-item' }, 'Madang'), h('h1', { class: 'breadcrumb-item' }, say(name))),
        h('button', { type: 'button', class: 'btn sm circle transparent secondary', 'aria-label': say('refresh'), title: say('refresh'), onclick: again }, icon('refresh-line'))),
      body,
      t.footer({ className: 'page-footer' }, app.components.credits())));
};

/** later shows a page anew after some seconds if it is still looked at. */
export const later = (again, seconds) => {
  const at = location.hash;
  setTimeout(() => { if (location.hash === at) again(); }, seconds * 1000);
};
