// Words that are refused, or held for a moderator.
import { attempt, button, ours, sure } from './act.js';
import { h, hint, label, table } from './dom.js';
import { say } from './words.js';

const collection = () => app.pb.collection('banned_words');
const scopes = ['post', 'comment', 'tag', 'user'];

const form = (again) => {
  const pattern = h('input', { id: 'madang-pattern', type: 'text', maxlength: '100', required: true, autocomplete: 'off' });
  const action = h('select', { id: 'madang-action' }, ['reject', 'hold'].map((value) => h('option', { value }, say(`word_${value}`))));
  const boxes = scopes.map((value) => h('input', { id: `madang-scope-${value}`, type: 'checkbox', value }));
  const add = async (event) => {
    event.preventDefault();
    await attempt(() => collection().create({
      pattern: pattern.value, action: action.value, scope: boxes.filter((box) => box.checked).map((box) => box.value),
    }, ours), say('added'), again);
  };
  return h('form', { class: 'madang-form madang-row', onsubmit: add },
    h('div', { class: 'field' }, h('label', { for: 'madang-pattern' }, say('word')), pattern),
    h('div', { class: 'field' }, h('label', { for: 'madang-action' }, say('whatHappens')), action),
    h('fieldset', {}, h('legend', { class: 'txt-hint' }, say('where')), boxes.map((box) => h('label', { for: box.id }, box, say(`scope_${box.value}`)))),
    h('button', { type: 'submit', class: 'btn', 'data-key': 'add' }, say('add')));
};

const remove = (word, again) => sure(say('removeWord', word.pattern), say('remove'),
  () => attempt(() => collection().delete(word.id, ours), say('removed'), again));

export const banned = async (again) => {
  const words = await collection().getFullList({ sort: 'pattern', ...ours });
  return [form(again), words.length ? table([say('word'), say('whatHappens'), say('where'), ''], words.map((word) => [
    word.pattern,
    label(say(`word_${word.action}`), word.action === 'reject' ? 'danger' : 'warning'),
    (word.scope.length ? word.scope : ['everywhere']).map((scope) => say(`scope_${scope}`)).join(', '),
    button(say('remove'), word.id, () => remove(word, again), 'danger outline'),
  ])) : hint(say('noWords'))];
};
