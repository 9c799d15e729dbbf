// Small charts: a line over the days, with its numbers in a table for those who don't see it.
import { h, svg } from './dom.js';
import { compact, day } from './format.js';
import { say } from './words.js';

const width = 320;
const height = 80;

/** chart draws points {date, value} under a title; show words a value. */
export const chart = (title, points, show = compact) => {
  const most = Math.max(1, ...points.map((p) => p.value));
  const x = (i) => (points.length > 1 ? (i * width) / (points.length - 1) : width / 2);
  const y = (value) => height - 2 - (value / most) * (height - 8);
  const line = points.map((p, i) => `${x(i).toFixed(1)},${y(p.value).toFixed(1)}`).join(' ');
  const sum = points.reduce((all, p) => all + p.value, 0);
  return h('figure', { class: 'madang-chart' },
    h('figcaption', {}, h('strong', {}, title), h('span', { class: 'txt-hint' }, `${say('most')} ${show(sum ? most : 0)}`)),
    svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title, preserveAspectRatio: 'none' },
      svg('polygon', { points: `0,${height} ${line} ${width},${height}`, class: 'area' }),
      svg('polyline', { points: line, class: 'line' }),
      points.map((p, i) => svg('rect', { x: x(i) - width / points.length / 2, y: 0, width: width / points.length, height, class: 'hover' },
        svg('title', {}, `${day(p.date)}: ${show(p.value)}`)))),
    h('div', { class: 'madang-axis txt-hint', 'aria-hidden': 'true' }, h('span', {}, day(points[0].date)), h('span', {}, day(points.at(-1).date))),
    h('details', {}, h('summary', { class: 'txt-hint' }, say('numbers')),
      h('table', {}, points.filter((p) => p.value).map((p) => h('tr', {}, h('th', { scope: 'row' }, day(p.date)), h('td', {}, show(p.value)))))));
};
