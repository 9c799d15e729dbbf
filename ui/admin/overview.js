// How the place does: its numbers, how they grew, what is read most, and whether all parts work.
import { get } from './act.js';
import { chart } from './chart.js';
import { h, hint, label, section, table } from './dom.js';
import { bytes, compact, number } from './format.js';
import { say } from './words.js';

const metrics = ['active_users', 'users', 'posts', 'likes', 'views', 'media_bytes'];

/** ready is what /api/ready says, also when that is 503. */
const ready = () => get('/api/ready').catch((error) => {
  if (error?.response?.database) return error.response;
  throw error;
});

const figures = (overview, stored) => h('dl', { class: 'madang-figures' }, [
  ['users', number(overview.total_users), `+${number(overview.today_users)} ${say('today')}`],
  ['posts', number(overview.total_posts), `+${number(overview.today_posts)} ${say('today')}`],
  ['likes', number(overview.total_likes)],
  ['comments', number(overview.total_comments)],
  ['views', number(overview.total_views)],
  ['storage', bytes(stored), say('filesOf', number(overview.total_media))],
  ['active', number(overview.active_users_24h), say('activeMore', number(overview.active_users_7d), number(overview.active_users_30d))],
].map(([name, value, more]) => h('div', {}, h('dt', { class: 'txt-hint' }, say(name)), h('dd', {}, value, more && h('small', { class: 'txt-hint' }, more)))));

const health = (parts, disk) => h('ul', { class: 'madang-health' },
  ['database', 'storage', 'index', 'jobs'].map((part) => h('li', {}, label(say(parts[part] === 'ok' ? 'ok' : 'failing'), parts[part] === 'ok' ? 'success' : 'danger'), say(`part_${part}`))),
  disk && h('li', {}, label(say(`level_${disk.level}`), { good: 'success', warn: 'warning', bad: 'danger' }[disk.level]), `${say('part_disk')}: ${disk.says}`));

const periods = (chosen) => ['7d', '30d', '90d'].map((period) =>
  h('a', { class: `btn sm ${period === chosen ? '' : 'secondary transparent'}`, href: `#/madang?period=${period}`, 'aria-current': period === chosen && 'true', 'data-key': period }, say(`period_${period}`)));

const top = (posts) => (posts.length ? table([say('post'), say('author'), say('likes'), say('comments'), say('views')],
  posts.map((post) => [h('a', { href: `/posts/${post.id}`, target: '_blank', rel: 'noopener' }, post.title || post.excerpt || post.id),
    `@${post.author.username}`, compact(post.likes_count), compact(post.comments_count), compact(post.view_count)])) : hint(say('noPosts')));

export const show = async (again, route) => {
  const asked = [route?.query?.period].flat()[0];
  const period = ['7d', '30d', '90d'].includes(asked) ? asked : '30d';
  const [overview, media, parts, found, posts, ...series] = await Promise.all([
    get('/api/analytics/overview'), get('/api/admin/media'), ready(), get('/api/doctor'), get(`/api/analytics/trending?period=${period === '90d' ? '30d' : period}&limit=10`),
    ...metrics.map((metric) => get(`/api/analytics/timeseries?metric=${metric}&period=${period}`)),
  ]);
  return [
    figures(overview, media.types.reduce((sum, type) => sum + type.bytes, 0)),
    section(say('growth'), periods(period),
      h('div', { class: 'madang-charts' }, metrics.map((metric, i) => chart(say(`metric_${metric}`), series[i].results, metric === 'media_bytes' ? bytes : compact)))),
    section(say('health'), [], health(parts, found.results.find((f) => f.check === 'disk'))),
    section(say('topPosts'), [], top(posts.results)),
  ];
};
