// Asking the program for something, and saying what came of it.
import { h } from './dom.js';
import { lang, say } from './words.js';

/** ours is how requests are sent: each for itself, to be answered in the language of the pages. */
export const ours = { requestKey: null, headers: { 'Accept-Language': lang } };

export const get = (path) => app.pb.send(path, ours);
export const post = (path, body) => app.pb.send(path, { ...ours, method: 'POST', body });

/** attempt does something, says what came of it, and shows the page anew. */
export const attempt = async (act, done, again) => {
  try {
    await act();
    app.toasts.success(done);
  } catch (error) {
    const fields = Object.values(error?.response?.data ?? {}).map((field) => field.message).join(' ');
    app.toasts.error(fields || error?.response?.message || error?.message || say('failed'));
    return false;
  }
  await again?.();
  return true;
};

/** button does something once at a time; key names it, so that it keeps the focus. */
export const button = (text, key, act, look = 'secondary') => {
  const element = h('button', { type: 'button', class: `btn sm ${look}`, 'data-key': key });
  element.append(h('span', { class: 'txt' }, text));
  element.addEventListener('click', async () => {
    if (element.classList.contains('loading')) return;
    element.classList.add('loading');
    try { await act(); } finally { element.classList.remove('loading'); }
  });
  return element;
};

/** sure asks before something that isn't easily taken back. content is a sentence or an element. */
export const sure = (content, yes, act) =>
  app.modals.confirm(content, act, null, { yesButton: yes, noButton: say('cancel'), className: content instanceof Element ? '' : 'sm' });
