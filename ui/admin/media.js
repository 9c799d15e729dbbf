// What is stored, what takes most of it, and what failed.
import { attempt, button, get, post } from './act.js';
import { h, hint, label, section, table } from './dom.js';
import { bytes, moment, number } from './format.js';
import { say } from './words.js';

const process = (file, again) => file.again && button(say('process'), file.id,
  () => attempt(() => post(`/api/admin/media/${file.id}/process`), say('queued'), again));

const used = (file) => (file.post ? h('a', { href: `/posts/${file.post}`, target: '_blank', rel: 'noopener' }, file.post_title || file.post) : '–');

const types = (list) => {
  const all = Math.max(1, list.reduce((sum, type) => sum + type.bytes, 0));
  return table([say('kind'), say('files'), say('size'), ''], list.map((type) => [
    say(`media_${type.media_type}`), number(type.count), bytes(type.bytes),
    h('meter', { min: '0', max: '100', value: (100 * type.bytes) / all, 'aria-label': say('share') }),
  ]));
};

export const show = async (again) => {
  const stored = await get('/api/admin/media');
  return [
    section(say('byKind'), [], stored.types.length ? types(stored.types) : hint(say('noMedia')), h('p', { class: 'txt-hint' }, say('asSent'))),
    section(say('failedFiles'), [], stored.failed.length ? table([say('file'), say('reason'), say('owner'), say('post'), say('when'), ''], stored.failed.map((file) => [
      [say(`media_${file.media_type}`), ' ', label(bytes(file.bytes))], h('span', { class: 'txt-danger madang-text' }, file.reason || '–'), `@${file.owner}`, used(file), moment(file.created_at), process(file, again),
    ])) : hint(say('noneFailed'))),
    section(say('largest'), [], stored.largest.length ? table([say('size'), say('kind'), say('owner'), say('post'), say('when'), ''], stored.largest.map((file) => [
      bytes(file.bytes), [say(`media_${file.media_type}`), ' ', h('small', { class: 'txt-hint' }, file.mime_type)], `@${file.owner}`, used(file), moment(file.created_at), process(file, again),
    ])) : hint(say('noMedia'))),
  ];
};
