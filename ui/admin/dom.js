// Elements in a line. Texts go in as text, never as HTML.
const make = (create) => (tag, attrs = {}, ...children) => {
  const element = create(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
};

export const h = make((tag) => document.createElement(tag));
export const svg = make((tag) => document.createElementNS('http://www.w3.org/2000/svg', tag));

/** icon is one of the dashboard's own (Remix Icon). */
export const icon = (name) => h('i', { class: `ri-${name}`, 'aria-hidden': 'true' });

/** label is a word on a coloured ground: info, success, warning, danger or none. */
export const label = (text, colour = '') => h('span', { class: `label ${colour}` }, text);

/** hint is what is said where there is nothing. */
export const hint = (text) => h('p', { class: 'madang-empty txt-hint' }, text);

/** section is a part of a page under a heading, with buttons beside it. */
export const section = (title, buttons, ...content) =>
  h('section', { class: 'madang-section' }, h('header', {}, h('h2', { class: 'txt-lg' }, title), h('nav', { class: 'inline-flex' }, buttons)), content);

/** table has a column for each heading; rows are lists of cells. */
export const table = (headings, rows) =>
  h('div', { class: 'madang-scroll', tabindex: '0', role: 'region', 'aria-label': headings.filter(Boolean).join(', ') },
    h('table', {}, h('thead', {}, h('tr', {}, headings.map((text) => h('th', { scope: 'col' }, text)))),
      h('tbody', {}, rows.map((cells) => h('tr', {}, cells.map((cell) => h('td', {}, cell)))))));
