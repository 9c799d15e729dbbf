// Who may not write for now. A suspension is lifted by undoing it, or, when it is too late for that, by ending it.
import { attempt, button, get, ours, post, sure } from './act.js';
import { hint, table } from './dom.js';
import { moment } from './format.js';
import { say } from './words.js';

const people = () => app.pb.collection('users');

const lift = async (person) => {
  const done = await get(`/api/moderation/log?target_id=${person.id}&page_size=100`);
  const entry = done.results.find((one) => one.action === 'suspend' && one.undone_until);
  if (entry) return post(`/api/moderation/log/${entry.id}/undo`);
  return people().update(person.id, { suspended_until: '' }, ours);
};

export const suspended = async (again) => {
  const list = await people().getFullList({ filter: 'suspended_until > @now', sort: 'suspended_until', ...ours });
  return [list.length ? table([say('person'), say('until'), ''], list.map((person) => [
    `@${person.username} ${person.name}`, moment(person.suspended_until),
    button(say('lift'), person.id, () => sure(say('liftOf', person.username), say('lift'), () => attempt(() => lift(person), say('lifted'), again))),
  ])) : hint(say('noSuspended'))];
};
