// Work apart from requests: what waits, runs and failed, and what comes by the clock.
import { attempt, button, get, ours, post, sure } from './act.js';
import { h, hint, label, section, table } from './dom.js';
import { moment, number } from './format.js';
import { later } from './page.js';
import { say } from './words.js';

const states = ['running', 'queued', 'failed', 'cancelled', 'done'];
const colours = { running: 'info', failed: 'danger', done: 'success', cancelled: 'warning' };

const pause = (kind, again) => (kind.paused
  ? button(say('resume'), kind.kind, () => attempt(() => post(`/api/jobs/kinds/${kind.kind}/resume`), say('resumed'), again), 'success')
  : button(say('pause'), kind.kind, () => sure(say('pauseThat', kind.kind), say('pause'), () => attempt(() => post(`/api/jobs/kinds/${kind.kind}/pause`), say('paused'), again))));

const move = (job, again) => {
  if (['failed', 'cancelled'].includes(job.state)) return button(say('retry'), job.id, () => attempt(() => post(`/api/jobs/${job.id}/retry`), say('queued'), again));
  if (job.state === 'done') return '';
  return button(say('cancelJob'), job.id, () => sure(say('cancelThat'), say('cancelJob'), () => attempt(() => post(`/api/jobs/${job.id}/cancel`), say('cancelled'), again)), 'danger outline');
};

const progress = (job) => job.state === 'running' && h('div', {}, h('progress', { max: '100', value: job.progress, 'aria-label': say('progress') }), ` ${job.progress} % ${job.step}`);

const filters = (chosen) => ['', ...states].map((state) => h('a', {
  class: `btn sm ${state === chosen ? '' : 'secondary transparent'}`, href: `#/madang/jobs${state && `?state=${state}`}`, 'aria-current': state === chosen && 'true', 'data-key': `state-${state}`,
}, say(state ? `state_${state}` : 'all')));

const schedules = (crons) => table([say('schedule'), say('whenRuns'), ''], crons.map((cron) => [
  h('code', {}, cron.id), h('code', {}, cron.expression),
  button(say('runNow'), `cron-${cron.id}`, () => attempt(() => app.pb.crons.run(cron.id, ours), say('started'))),
]));

export const show = async (again, route) => {
  const asked = [route?.query?.state].flat()[0];
  const state = states.includes(asked) ? asked : '';
  const [list, crons] = await Promise.all([get(`/api/jobs?page_size=50${state && `&state=${state}`}`), app.pb.crons.getFullList(ours)]);
  if (list.kinds.some((kind) => kind.running)) later(again, 3);
  return [
    section(say('kinds'), [], table([say('kind'), ...states.map((name) => say(`state_${name}`)), ''], list.kinds.map((kind) => [
      [h('code', {}, kind.kind), ' ', kind.paused && label(say('paused'), 'warning'), !kind.has_worker && label(say('noWorker'), 'danger')], ...states.map((name) => number(kind[name])), pause(kind, again),
    ]))),
    section(say('jobs'), filters(state), list.results.length ? table([say('kind'), say('state'), say('attempts'), say('when'), say('error'), ''], list.results.map((job) => [
      [h('code', {}, job.kind), h('div', { class: 'txt-hint' }, job.subject)], [label(say(`state_${job.state}`), colours[job.state]), progress(job)], number(job.attempts),
      moment(job.finished_at || job.started_at || job.run_at), h('span', { class: 'madang-text' }, job.error), move(job, again),
    ])) : hint(say('noJobs')),
    list.count > list.results.length && h('p', { class: 'txt-hint' }, say('someOf', number(list.results.length), number(list.count)))),
    section(say('schedules'), [], schedules(crons)),
  ];
};
