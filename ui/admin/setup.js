// What the doctor finds, as a list to work through, with a button where there is something to try.
import { attempt, button, get, ours, sure } from './act.js';
import { h, icon, label, section } from './dom.js';
import { say } from './words.js';

const colours = { bad: 'danger', warn: 'warning', good: 'success' };

// where each is set in the dashboard
const places = {
  mail: '#/settings/mail', storage: '#/settings/storage', backups: '#/settings/backups', batch: '#/settings', jobs: '#/madang/jobs?state=failed',
  social: '#/collections?collection=users', admin: '#/collections?collection=_superusers', second_factor: '#/collections?collection=_superusers',
};

/** tests are what can be tried, by the check; each looks at the settings whether there is something to try. */
const tests = {
  mail: (settings) => settings.smtp.enabled && button(say('testMail'), 'mail', () => attempt(
    () => app.pb.settings.testEmail('_superusers', app.store.superuser.email, 'password-reset', ours), say('mailSent', app.store.superuser.email))),
  storage: (settings) => settings.s3.enabled && button(say('test'), 'storage', () => attempt(() => app.pb.settings.testS3('storage', ours), say('works'))),
  backups: (settings, again) => [
    settings.backups.s3?.enabled && button(say('test'), 'backups', () => attempt(() => app.pb.settings.testS3('backups', ours), say('works'))),
    button(say('backUp'), 'back-up', () => sure(say('backUpNow'), say('backUp'), () => attempt(() => app.pb.backups.create('', ours), say('backedUp'), again))),
  ],
  address: (settings) => settings.meta.appURL && h('a', { class: 'btn sm secondary', href: `${settings.meta.appURL.replace(/\/$/, '')}/api/ready`, target: '_blank', rel: 'noopener' }, say('test')),
};

const item = (found, settings, again) => h('li', {}, label(say(`level_${found.level}`), colours[found.level]),
  h('div', { class: 'madang-finding' }, h('strong', {}, say(`check_${found.check}`)), h('p', {}, found.says), found.mend && h('p', { class: 'txt-hint' }, found.mend)),
  h('nav', {}, tests[found.check]?.(settings, again),
    places[found.check] && h('a', { class: 'btn sm circle transparent secondary', href: places[found.check], 'aria-label': `${say('settings')}: ${say(`check_${found.check}`)}`, title: say('settings') }, icon('settings-3-line'))));

export const show = async (again) => {
  const [found, settings] = await Promise.all([get('/api/doctor'), app.pb.settings.getAll(ours)]);
  const open = found.results.filter((f) => f.level === 'bad' || f.level === 'warn');
  const rest = found.results.filter((f) => !open.includes(f));
  const list = (findings) => h('ul', { class: 'madang-list' }, findings.map((f) => item(f, settings, again)));
  return [
    open.length ? section(say('toDo', open.length), [], list(open)) : h('div', { class: 'alert success m-b-base', role: 'status' }, say('allDone')),
    section(say('fine'), [], list(rest)),
  ];
};
