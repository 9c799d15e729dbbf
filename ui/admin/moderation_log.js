// What was done, the newest first; within seven days it can be undone.
import { attempt, button, get, post, sure } from './act.js';
import { hint, label, table } from './dom.js';
import { moment } from './format.js';
import { say } from './words.js';

const undo = (entry, again) => button(say('undo'), entry.id, () => sure(say('undoThat', say(`action_${entry.action}`)), say('undo'),
  () => attempt(() => post(`/api/moderation/log/${entry.id}/undo`), say('undone'), again)));

export const log = async (again) => {
  const done = await get('/api/moderation/log?page_size=100');
  return [done.results.length ? table([say('when'), say('what'), say('whose'), say('by'), say('note'), ''], done.results.map((entry) => [
    moment(entry.created_at),
    [label(say(`action_${entry.action}`)), ` ${say(`target_${entry.target_type}`)}`],
    entry.subject ? `@${entry.subject.username}` : '–',
    entry.moderator ? `@${entry.moderator.username}` : say('operator'),
    [entry.note, entry.until && ` (${say('until')} ${moment(entry.until)})`],
    entry.undone_until ? undo(entry, again) : entry.undone_by && label(say('undone')),
  ])) : hint(say('nothingDone'))];
};
