// Many records at once: choose, do, see how far it is, and take it back.
import { button, ours, post, sure } from './act.js';
import { h, hint, icon, label, section, table } from './dom.js';
import { bytes, moment, number } from './format.js';
import { say } from './words.js';

const perPage = 50;
const perRequest = 20;
const opposite = { verify: 'unverify', unverify: 'verify', feature: 'unfeature', unfeature: 'feature' };
const needsNote = ['hide', 'remove', 'suspend'];

const matches = (q, ...fields) => fields.map((field) => app.pb.filter(`${field} ~ {:q}`, { q })).join(' || ');
const picture = (record, file) => (file ? h('img', { src: app.pb.files.getURL(record, file, { token }), alt: '', width: '40', height: '40', loading: 'lazy' }) : icon('file-line'));
const person = (record) => `@${record?.username ?? '–'}`;

/** kinds are what can be chosen from: the collection, how it is searched, what is shown, and what can be done. */
const kinds = {
  users: {
    actions: ['verify', 'unverify', 'suspend'], expand: '', find: (q) => matches(q, 'username', 'name', 'email'), heads: ['person', 'email', 'role', 'when', 'state'],
    row: (r) => [[picture(r, r.profile_image), ' ', person(r), h('div', { class: 'txt-hint' }, r.name)], r.email, r.role, moment(r.created_at),
      [r.is_verified && label(say('verified'), 'success'), new Date(r.suspended_until) > new Date() && label(say('tab_suspended'), 'danger')]],
  },
  posts: {
    actions: ['feature', 'unfeature', 'hide', 'approve', 'remove'], expand: 'author', find: (q) => matches(q, 'title', 'content', 'author.username'), heads: ['post', 'author', 'likes', 'when', 'state'],
    row: (r) => [h('a', { href: `/posts/${r.id}`, target: '_blank', rel: 'noopener' }, r.title || r.excerpt || r.id), person(r.expand?.author), number(r.likes_count), moment(r.created_at),
      [r.status !== 'published' && label(say(`post_${r.status}`)), r.is_hidden && label(say('hidden'), 'warning'), r.featured_at && label(say('featured'), 'success')]],
  },
  media: {
    actions: ['process'], expand: 'owner', find: (q) => matches(q, 'alt_text', 'owner.username', 'mime_type'), heads: ['file', 'owner', 'size', 'when', 'state'],
    row: (r) => [[picture(r, r.thumbnail), ' ', say(`media_${r.media_type}`), h('div', { class: 'txt-hint' }, r.alt_text)], person(r.expand?.owner), bytes(r.file_size), moment(r.created_at),
      [r.status !== 'ready' && label(r.status, r.status === 'failed' ? 'danger' : 'info'), r.failure && h('div', { class: 'txt-hint' }, r.failure)]],
  },
};

const chosen = new Set();
let token = ''; // with which files may be seen that not everybody sees
let last; // what was done here last: {action, done, failed, of}

const address = (asked) => `#/madang/bulk?${new URLSearchParams(Object.entries(asked).filter(([, value]) => value))}`;

/** run does it to all ids, some at a time, and tells how far it is. */
const run = async (action, ids, more, told) => {
  const result = { action, done: [], failed: [], of: ids.length };
  for (let i = 0; i < ids.length; i += perRequest) {
    const part = ids.slice(i, i + perRequest);
    try {
      const answer = await post('/api/admin/bulk', { action, ids: part, ...more });
      result.done.push(...answer.done);
      result.failed.push(...answer.failed);
    } catch (error) {
      result.failed.push(...part.map((id) => ({ id, message: error?.response?.message || error?.message || say('failed') })));
    }
    told(Math.min(ids.length, i + perRequest));
  }
  return result;
};

const act = async (action, ids, more, again) => {
  const bar = h('progress', { max: String(ids.length), value: '0', 'aria-label': say('progress') });
  const count = h('span', {}, `0 / ${number(ids.length)}`);
  document.querySelector('[data-bulk-progress]').replaceChildren(bar, ' ', count);
  last = await run(action, ids, more, (n) => { bar.value = n; count.textContent = `${number(n)} / ${number(ids.length)}`; });
  chosen.clear();
  if (!last.failed.length) app.toasts.success(say('bulkDone', number(last.done.length)));
  await again();
};

/** ask wants a word about what people are told of, and for how long. */
const ask = (action, again) => {
  const ids = [...chosen];
  const note = h('textarea', { id: 'bulk-note', rows: '2', maxlength: '1000' });
  const days = h('input', { id: 'bulk-days', type: 'number', min: '1', max: '3650', value: '7' });
  const form = h('div', { class: 'madang-form' }, h('h3', {}, say('bulkSure', say(`bulk_${action}`), number(ids.length))),
    needsNote.includes(action) && h('div', { class: 'field' }, h('label', { for: 'bulk-note' }, say('note')), note),
    action === 'suspend' && h('div', { class: 'field' }, h('label', { for: 'bulk-days' }, say('howLong')), days));
  sure(form, say(`bulk_${action}`), () => act(action, ids, {
    note: note.value, ...(action === 'suspend' && { until: new Date(Date.now() + Number(days.value) * 86400e3).toISOString() }),
  }, again));
};

const takeBack = (again) => {
  const entries = last.done.map((one) => one.entry).filter(Boolean);
  const back = opposite[last.action];
  if (!last.done.length || (!entries.length && !back)) return false;
  return button(say('undo'), 'undo', () => (back ? act(back, last.done.map((one) => one.id), {}, again) : act('undo', entries, {}, again)));
};

const result = (again) => last && h('div', { class: `alert ${last.failed.length ? 'warning' : 'success'} m-b-base`, role: 'status' },
  h('p', {}, `${say(`bulk_${last.action}`)}: ${say('bulkResult', number(last.done.length), number(last.failed.length))} `, takeBack(again)),
  last.failed.length > 0 && h('details', {}, h('summary', {}, say('reason')), h('ul', {}, last.failed.map((one) => h('li', {}, h('code', {}, one.id), ` ${one.message}`)))));

const box = (record, name, update) => h('input', { type: 'checkbox', class: 'madang-box', checked: chosen.has(record.id), 'aria-label': name, 'data-key': `box-${record.id}`, onchange: (event) => {
  if (event.target.checked) chosen.add(record.id); else chosen.delete(record.id);
  update();
} });

const search = (asked) => {
  const form = h('form', { class: 'madang-form madang-find', role: 'search', onsubmit: (event) => {
    event.preventDefault();
    location.hash = address({ of: asked.of, q: new FormData(form).get('q') });
  } }, h('div', { class: 'field' }, h('label', { for: 'bulk-q' }, say('find')), h('input', { id: 'bulk-q', name: 'q', type: 'search', value: asked.q ?? '', 'data-key': 'q' })),
  h('button', { type: 'submit', class: 'btn', 'data-key': 'find' }, h('span', { class: 'txt' }, say('filter'))));
  return form;
};

const tabs = (of) => h('nav', { class: 'tabs-header m-b-base', 'aria-label': say('bulk') }, Object.keys(kinds).map((name) =>
  h('a', { class: `tab-item ${name === of ? 'active' : ''}`, href: address({ of: name }), 'aria-current': name === of && 'page' }, say(`bulk_of_${name}`))));

export const show = async (again, route) => {
  const asked = Object.fromEntries(['of', 'q', 'page'].map((name) => [name, [route?.query?.[name]].flat()[0]]).filter(([, given]) => given));
  const of = asked.of in kinds ? asked.of : 'users';
  const kind = kinds[of];
  if (last && !kind.actions.includes(last.action) && last.action !== 'undo') last = undefined;
  const page = Number(asked.page ?? 1);
  if (of === 'media') token = await app.pb.files.getToken(ours);
  const list = await app.pb.collection(of).getList(page, perPage, {
    sort: '-created_at', expand: kind.expand, filter: asked.q ? kind.find(asked.q) : '', ...ours,
  });
  const here = list.items.map((record) => record.id);
  for (const id of chosen) if (!here.includes(id)) chosen.delete(id); // only what is seen is acted on
  const count = h('strong', { role: 'status' });
  const buttons = kind.actions.map((action) => button(say(`bulk_${action}`), action, () => ask(action, again), ['remove', 'suspend'].includes(action) ? 'danger outline' : 'secondary'));
  const update = () => {
    count.textContent = say('bulkChosen', number(chosen.size));
    for (const one of buttons) one.disabled = !chosen.size;
  };
  update();
  const all = button(say('bulkAll'), 'all', () => {
    const every = here.every((id) => chosen.has(id));
    for (const id of here) if (every) chosen.delete(id); else chosen.add(id);
    return again();
  });
  const turn = (to, name) => button(say(name), name, () => { location.hash = address({ ...asked, page: String(to) }); });
  return [
    tabs(of), result(again), search({ ...asked, of }),
    section(say('bulkFound', number(list.totalItems)), [count, all, buttons], h('p', { 'data-bulk-progress': true }),
      list.items.length ? table(['', ...kind.heads.map(say)], list.items.map((record) => {
        const cells = kind.row(record);
        return [box(record, record.username ?? record.title ?? record.alt_text ?? record.id, update), ...cells];
      })) : hint(say('bulkNone'))),
    h('nav', { class: 'inline-flex', 'aria-label': say('pages') }, page > 1 && turn(page - 1, 'newer'), page < list.totalPages && turn(page + 1, 'older')),
  ];
};
