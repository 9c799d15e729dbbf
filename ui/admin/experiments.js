// Experiments: make one, start and stop it, and read in plain words which variant does better.
import { attempt, button, get, ours, sure } from './act.js';
import { h, hint, label, section, svg, table } from './dom.js';
import { moment, number, percent } from './format.js';
import { say } from './words.js';

const collection = () => app.pb.collection('experiments');

const field = (id, text, ...content) => h('div', { class: 'field' }, h('label', { for: id }, text), content);

/** variants reads "old 1, new 1": a name, and a weight unless it is 1. */
const variants = (text) => text.split(',').map((part) => part.trim().split(/\s+/)).filter(([name]) => name)
  .map(([name, weight = '1']) => ({ name, weight: Number(weight) }));

const form = (again) => {
  const key = h('input', { id: 'madang-x-key', type: 'text', required: true, maxlength: '50', pattern: '[a-z0-9_\\-]+', autocomplete: 'off' });
  const name = h('input', { id: 'madang-x-name', type: 'text', maxlength: '100', autocomplete: 'off' });
  const list = h('input', { id: 'madang-x-variants', type: 'text', required: true, value: 'old 1, new 1', autocomplete: 'off', 'aria-describedby': 'madang-x-hint' });
  const event = h('input', { id: 'madang-x-event', type: 'text', maxlength: '50', pattern: '[a-z0-9_\\-]*', placeholder: 'convert', autocomplete: 'off' });
  const add = async (e) => {
    e.preventDefault();
    await attempt(() => collection().create({ key: key.value, name: name.value, variants: variants(list.value), conversion: event.value, state: 'draft' }, ours), say('added'), again);
  };
  return h('form', { class: 'madang-form madang-row', onsubmit: add },
    field(key.id, say('xKey'), key), field(name.id, say('xName'), name), field(list.id, say('xVariants'), list), field(event.id, say('xEvent'), event),
    h('p', { id: 'madang-x-hint', class: 'txt-hint madang-wide' }, say('xHint')),
    h('button', { type: 'submit', class: 'btn', 'data-key': 'add' }, say('add')));
};

const range = ({ low, high }) => `${percent(low)} – ${percent(high)}`;
/** points is a difference of rates, in percentage points. */
const points = (n) => `${n > 0 ? '+' : ''}${number(Math.round(n * 1000) / 10)} %p`;

/** verdict is what can be said of a variant beside the first. */
const verdict = ({ against, name }, first) => {
  if (!against) return h('p', {}, say('xFirst', name));
  const { verdict: said, sequence } = against;
  const text = { better: 'xBetter', worse: 'xWorse', open: 'xOpen', too_few: 'xFew' }[said];
  return h('p', {}, label(say(`verdict_${said}`), { better: 'success', worse: 'danger', open: 'warning', too_few: '' }[said]), ' ',
    say(text, name, first, points(sequence.low), points(sequence.high)));
};

/** bar draws where the rate is, and where it may be, on a line that ends at most. */
const bar = ({ interval, rate }, most) => {
  const at = (n) => ((100 * n) / most).toFixed(1);
  return svg('svg', { class: 'madang-interval', viewBox: '0 0 100 10', preserveAspectRatio: 'none', role: 'img', 'aria-label': range(interval) },
    svg('rect', { x: at(interval.low), width: at(interval.high - interval.low), y: 3, height: 4, class: 'range' }),
    svg('rect', { x: at(rate), width: 0.8, y: 0, height: 10, class: 'rate' }));
};

const results = ({ variants: list, conversion }) => {
  const most = Math.max(0.01, ...list.map((v) => v.exposed && v.interval.high));
  return [
    table([say('xVariant'), say('xWeight'), say('xSaw'), say('xDid', conversion), say('xRate'), say('xInterval'), ''], list.map((v) => [
      v.name, number(v.weight), number(v.exposed), number(v.converted), v.exposed ? percent(v.rate) : '–', v.exposed ? range(v.interval) : '–', v.exposed ? bar(v, most) : ''])),
    list.map((v) => verdict(v, list[0].name)),
  ];
};

const step = (record, state, more = {}) => () => collection().update(record.id, { state, ...more }, ours);

const buttons = (record, again) => {
  if (record.state === 'draft') {
    return [button(say('xStart'), `${record.id}-start`, () => attempt(step(record, 'running'), say('xStarted'), again)),
      button(say('remove'), `${record.id}-remove`, () => sure(say('xRemove', record.key), say('remove'), () => attempt(() => collection().delete(record.id, ours), say('removed'), again)), 'danger outline')];
  }
  if (record.state === 'stopped') {
    return [button(say('remove'), `${record.id}-remove`, () => sure(say('xRemove', record.key), say('remove'), () => attempt(() => collection().delete(record.id, ours), say('removed'), again)), 'danger outline')];
  }
  const winner = h('select', { id: `madang-x-winner-${record.id}`, 'aria-label': say('xWinner') }, record.variants.map(({ name }) => h('option', { value: name }, name)));
  return [h('label', { for: winner.id, class: 'txt-hint' }, say('xWinner')), winner,
    button(say('xStop'), `${record.id}-stop`, () => sure(say('xStopSure', record.key), say('xStop'), () => attempt(step(record, 'stopped', { winner: winner.value }), say('xStopped'), again)), 'danger outline')];
};

const one = (record, found, again) => section(record.name || record.key, buttons(record, again),
  h('p', { class: 'txt-hint' }, label(say(`x_${record.state}`), { draft: '', running: 'success', stopped: 'info' }[record.state]), ` ${record.key}`,
    found.started_at && ` · ${say('xSince', moment(found.started_at))}`, found.winner && ` · ${say('xWon', found.winner)}`),
  record.state === 'draft' ? hint(say('xNotYet')) : results(found));

export const show = async (again) => {
  const records = await collection().getFullList({ sort: '-created_at', ...ours });
  const found = await Promise.all(records.map(({ key }) => get(`/api/experiments/${encodeURIComponent(key)}/results`)));
  return [
    section(say('xNew'), [], h('p', { class: 'txt-hint' }, say('xWhat')), form(again)),
    ...(records.length ? records.map((record, i) => one(record, found[i], again)) : [hint(say('xNone'))]),
  ];
};
