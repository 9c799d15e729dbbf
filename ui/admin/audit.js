// What superusers changed and did, the newest first, with what each field was and is.
import { button, get } from './act.js';
import { h, hint, label, section, table } from './dom.js';
import { moment, number } from './format.js';
import { say } from './words.js';

const actions = ['create', 'update', 'delete', 'truncate', 'run', 'sign_in'];
const colours = { create: 'success', update: 'info', delete: 'danger', truncate: 'danger', run: 'warning' };
const fields = ['by', 'target', 'record', 'since', 'until'];

const address = (asked) => {
  const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value)).toString();
  return `#/madang/audit${query && `?${query}`}`;
};

const input = (name, asked) => h('div', { class: 'field' },
  h('label', { for: `audit-${name}` }, say(`audit_${name}`)),
  h('input', { id: `audit-${name}`, name, type: ['since', 'until'].includes(name) ? 'date' : 'text', value: asked[name] ?? '', 'data-key': name }));

const filter = (asked) => {
  const form = h('form', { class: 'madang-form madang-filter', onsubmit: (event) => {
    event.preventDefault();
    location.hash = address({ ...Object.fromEntries(new FormData(form)), action: asked.action });
  } }, fields.map((name) => input(name, asked)), h('button', { type: 'submit', class: 'btn', 'data-key': 'filter' }, h('span', { class: 'txt' }, say('filter'))));
  return form;
};

const kinds = (asked) => ['', ...actions].map((action) => h('a', {
  class: `btn sm ${action === (asked.action ?? '') ? '' : 'secondary transparent'}`, href: address({ ...asked, action, page: '' }),
  'aria-current': action === (asked.action ?? '') && 'true', 'data-key': `action-${action}`,
}, say(action ? `audit_${action}` : 'all')));

const value = (text) => (text === '' ? h('span', { class: 'txt-hint' }, '–') : h('span', { class: 'madang-text' }, text));

const change = (one) => h('tr', {}, h('th', { scope: 'row' }, h('code', {}, one.field)),
  one.is_secret ? h('td', { colspan: '2', class: 'txt-hint' }, say('secretChanged')) : [h('td', {}, value(one.old)), h('td', {}, value(one.new))]);

const changes = (entry) => (entry.changes.length ? h('details', {},
  h('summary', {}, entry.changes.slice(0, 3).map((one) => one.field).join(', '), entry.changes.length > 3 && ` +${entry.changes.length - 3}`),
  h('table', { class: 'madang-changes' }, h('thead', {}, h('tr', {}, ['field', 'was', 'is'].map((name) => h('th', { scope: 'col' }, say(name))))),
    h('tbody', {}, entry.changes.map(change)))) : '–');

/** where is a link to what was changed, if it is still there. */
const where = (entry) => {
  const name = h('code', {}, entry.target);
  if (!entry.record) return name;
  const href = entry.target === 'collections' ? `#/collections?collection=${entry.record}` : `#/collections?collection=${entry.target}&record=${entry.record}`;
  return [name, h('div', {}, entry.action === 'delete' ? h('span', { class: 'txt-hint' }, entry.record) : h('a', { href }, entry.record))];
};

const rows = (list) => table([say('when'), say('by'), say('what'), say('place'), say('changed')], list.map((entry) => [
  moment(entry.created_at), [entry.email, h('div', { class: 'txt-hint' }, entry.address)],
  [label(say(`audit_${entry.action}`), colours[entry.action]), h('div', { class: 'txt-hint' }, entry.request)], where(entry), changes(entry),
]));

export const show = async (again, route) => {
  const asked = Object.fromEntries([...fields, 'action', 'page'].map((name) => [name, [route?.query?.[name]].flat()[0]]).filter(([, given]) => given));
  const query = new URLSearchParams({ page_size: '50', ...asked });
  const list = await get(`/api/admin/audit?${query}`);
  const page = Number(asked.page ?? 1);
  const turn = (to, name) => button(say(name), name, () => { location.hash = address({ ...asked, page: String(to) }); });
  return [
    h('p', { class: 'txt-hint' }, say('auditAbout')),
    filter(asked),
    section(say('auditFound', number(list.count)), kinds(asked), list.results.length ? rows(list.results) : hint(say('noAudit'))),
    h('nav', { class: 'inline-flex', 'aria-label': say('pages') }, page > 1 && turn(page - 1, 'newer'), list.next && turn(page + 1, 'older')),
  ];
};
