// What was reported and waits for a decision.
import { attempt, button, get, post, sure } from './act.js';
import { h, hint, icon, label } from './dom.js';
import { moment, number } from './format.js';
import { say } from './words.js';

const decisions = { dismiss: 'secondary', approve: 'success', hide: 'warning', remove: 'danger', warn: 'secondary', suspend: 'danger' };
const periods = [1, 7, 30, 365]; // days of a suspension

/** decide asks for what the person reads, and of a suspension until when. */
const decide = (one, action, again) => {
  const note = h('textarea', { id: 'madang-note', maxlength: '1000', rows: '3' });
  const days = h('select', { id: 'madang-days' }, periods.map((n) => h('option', { value: n }, say('days', n))));
  const form = h('div', { class: 'madang-form' },
    h('h6', {}, `${say(`action_${action}`)}: ${say(`target_${one.target_type}`)}`),
    h('p', { class: 'txt-hint' }, say(`about_${action}`)),
    action === 'suspend' && h('div', { class: 'field' }, h('label', { for: 'madang-days' }, say('howLong')), days),
    h('div', { class: 'field' }, h('label', { for: 'madang-note' }, say('note')), note));
  sure(form, say(`action_${action}`), () => attempt(() => post(`/api/moderation/${one.id}/resolve`, {
    action, note: note.value, until: action === 'suspend' ? new Date(Date.now() + days.value * 86_400_000).toISOString() : '',
  }), say('decided'), again));
};

const pictures = (target) => target.media.filter((m) => m.thumbnail_url).map((m) =>
  h('img', { src: m.thumbnail_url, alt: m.alt_text, width: '72', height: '72', loading: 'lazy' }));

const reported = (one) => (one.target ? [
  h('p', {}, h('strong', {}, `@${one.target.author.username}`), ' ', one.target.is_hidden && label(say('hidden'), 'warning')),
  one.target.title && h('h3', {}, one.target.title),
  h('p', { class: 'madang-text' }, one.target.text),
  h('div', { class: 'madang-pictures' }, pictures(one.target)),
  one.target.post && h('a', { href: `/posts/${one.target.post}`, target: '_blank', rel: 'noopener' }, say('open'), ' ', icon('external-link-line')),
] : h('p', { class: 'txt-hint' }, say('gone')));

const card = (one, again) => h('article', { class: 'madang-card' },
  h('header', {}, label(say(`target_${one.target_type}`), 'info'), label(say('reports', number(one.reports_count))), h('small', { class: 'txt-hint' }, moment(one.created_at))),
  reported(one),
  h('ul', { class: 'madang-sayings' }, one.reports.map((r) => h('li', {}, label(say(`reason_${r.reason}`), 'warning sm'), ' ', r.reporter ? `@${r.reporter.username}` : say('program'), r.detail && `: ${r.detail}`))),
  h('footer', {}, Object.entries(decisions).map(([action, look]) => button(say(`action_${action}`), `${one.id}-${action}`, () => decide(one, action, again), look))));

export const queue = async (again) => {
  const waiting = await get('/api/moderation/queue?page_size=50');
  return waiting.results.length ? [
    waiting.count > waiting.results.length && h('p', { class: 'txt-hint' }, say('someOf', number(waiting.results.length), number(waiting.count))),
    ...waiting.results.map((one) => card(one, again)),
  ] : [hint(say('noReports'))];
};
