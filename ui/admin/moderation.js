// What was reported, what is refused, who is suspended, and what was done.
import { h } from './dom.js';
import { banned } from './moderation_words.js';
import { log } from './moderation_log.js';
import { queue } from './moderation_queue.js';
import { suspended } from './moderation_suspended.js';
import { say } from './words.js';

const tabs = { queue, words: banned, suspended, log };

export const show = async (again, route) => {
  const asked = [route?.query?.tab].flat()[0];
  const tab = asked in tabs ? asked : 'queue';
  return [
    h('nav', { class: 'tabs-header m-b-base', 'aria-label': say('moderation') }, Object.keys(tabs).map((name) =>
      h('a', { class: `tab-item ${name === tab ? 'active' : ''}`, href: `#/madang/moderation?tab=${name}`, 'aria-current': name === tab && 'page' }, say(`tab_${name}`)))),
    ...await tabs[tab](again),
  ];
};
