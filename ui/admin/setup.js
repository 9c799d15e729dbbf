// What the doctor finds, as a list to work through, with a button where there is something to try.
import { attempt, button, get, ours, post, sure } from './act.js';
import { h, icon, label, section } from './dom.js';
import { say } from './words.js';

const colours = { bad: 'danger', warn: 'warning', good: 'success' };

// where each is set in the dashboard
const places = {
  mail: '#/settings/mail', storage: '#/settings/storage', backups: '#/settings/backups', batch: '#/settings', jobs: '#/madang/jobs?state=failed',
  social: '#/collections?collection=users', admin: '#/collections?collection=_superusers', second_factor: '#/collections?collection=_superusers',
};

/** lookAgain has the doctor try a check anew, and says what came of it. */
const lookAgain = (check, again) => button(say('test'), `test-${check}`, async () => {
  const found = (await get('/api/doctor')).results.filter((f) => f.check === check);
  for (const f of found) app.toasts[f.level === 'bad' || f.level === 'warn' ? 'error' : 'success'](f.says);
  await again();
});

/** tests are what can be tried, by the check; each looks at how the instance is set up whether there is something to try. */
const tests = {
  address: () => false,
  tls: () => false,
  mail: ({ settings }) => settings.smtp.enabled && button(say('testMail'), 'mail', () => attempt(
    () => app.pb.settings.testEmail('_superusers', app.store.superuser.email, 'password-reset', ours), say('mailSent', app.store.superuser.email))),
  storage: ({ settings }) => settings.s3.enabled && button(say('test'), 'storage', () => attempt(() => app.pb.settings.testS3('storage', ours), say('works'))),
  backups: ({ scheduled, again }) => button(say('backUp'), 'back-up', () => sure(say('backUpNow'), say('backUp'), () => (scheduled
    ? attempt(() => post('/api/admin/backups'), say('queued'), again) : attempt(() => app.pb.backups.create('', ours), say('backedUp'), again)))),
  social: ({ providers }) => providers.map((provider) => h('a', { class: 'btn sm secondary', href: `/login/${provider.name}`, target: '_blank', rel: 'noopener' }, say('tryOf', provider.displayName))),
  second_factor: ({ superusers }) => superusers.mfa.enabled && superusers.otp.enabled && button(say('testCode'), 'second-factor', () => attempt(
    () => app.pb.collection('_superusers').requestOTP(app.store.superuser.email, ours), say('mailSent', app.store.superuser.email))),
};

/** test is what there is to try, at least to look again. */
const test = (check, instance) => {
  if (!(check in tests)) return false;
  const there = [tests[check](instance)].flat().filter(Boolean);
  return there.length ? there : lookAgain(check, instance.again);
};

const item = (found, instance) => h('li', {}, label(say(`level_${found.level}`), colours[found.level]),
  h('div', { class: 'madang-finding' }, h('strong', {}, say(`check_${found.check}`)), h('p', {}, found.says), found.mend && h('p', { class: 'txt-hint' }, found.mend)),
  h('nav', {}, test(found.check, instance),
    places[found.check] && h('a', { class: 'btn sm circle transparent secondary', href: places[found.check], 'aria-label': `${say('settings')}: ${say(`check_${found.check}`)}`, title: say('settings') }, icon('settings-3-line'))));

export const show = async (again) => {
  const [found, settings, jobs, methods, superusers] = await Promise.all([
    get('/api/doctor'), app.pb.settings.getAll(ours), get('/api/jobs?kind=backup.take&page_size=1'),
    app.pb.collection('users').listAuthMethods(ours), app.pb.collections.getOne('_superusers', ours),
  ]);
  const instance = { settings, again, superusers, providers: methods.oauth2.providers, scheduled: jobs.kinds.some((kind) => kind.kind === 'backup.take' && kind.has_worker) };
  const open = found.results.filter((f) => f.level === 'bad' || f.level === 'warn');
  const rest = found.results.filter((f) => !open.includes(f));
  const list = (findings) => h('ul', { class: 'madang-list' }, findings.map((f) => item(f, instance)));
  return [
    open.length ? section(say('toDo', open.length), [], list(open)) : h('div', { class: 'alert success m-b-base', role: 'status' }, say('allDone')),
    section(say('fine'), [], list(rest)),
  ];
};
