// The search index beside the database, and its rebuild.
import { attempt, button, get, post, sure } from './act.js';
import { h, label, section } from './dom.js';
import { bytes, moment, number } from './format.js';
import { later } from './page.js';
import { say } from './words.js';

const kind = 'search.rebuild';

const figure = (name, value, note) => h('div', {}, h('dt', { class: 'txt-hint' }, say(name)), h('dd', {}, value, note));

const last = (job) => {
  if (!job) return h('p', { class: 'txt-hint' }, say('neverRebuilt'));
  const colour = { done: 'success', failed: 'danger', running: 'info' }[job.state];
  return [
    h('p', {}, label(say(`state_${job.state}`), colour), ' ', moment(job.finished_at || job.started_at || job.created_at)),
    job.state === 'running' && h('p', {}, h('progress', { max: '100', value: job.progress, 'aria-label': say('progress') }), ` ${job.progress} %`),
    job.error && h('p', { class: 'txt-danger madang-text' }, job.error),
  ];
};

export const show = async (again) => {
  const [state, rebuilds] = await Promise.all([get('/api/admin/search'), get(`/api/jobs?kind=${kind}&page_size=1`)]);
  const job = rebuilds.results[0];
  const active = job && ['queued', 'running'].includes(job.state);
  if (active) later(again, 1);
  const level = state.documents === state.rows && state.lag === 0;
  return [
    h('dl', { class: 'madang-figures' },
      figure('indexSize', bytes(state.bytes)), figure('documents', number(state.documents)), figure('rows', number(state.rows)),
      figure('lag', number(state.lag), h('small', { class: 'txt-hint' }, say('changes')))),
    h('div', { class: `alert ${level ? 'success' : 'warning'} m-b-base`, role: 'status' }, say(level ? 'inStep' : 'outOfStep')),
    section(say('rebuild'), active
      ? button(say('cancelJob'), 'rebuild', () => sure(say('cancelThat'), say('cancelJob'), () => attempt(() => post(`/api/jobs/${job.id}/cancel`), say('cancelled'), again)), 'danger outline')
      : button(say('rebuild'), 'rebuild', () => sure(say('rebuildThat'), say('rebuild'), () => attempt(() => post('/api/admin/search/rebuild'), say('queued'), again))),
    last(job)),
  ];
};
