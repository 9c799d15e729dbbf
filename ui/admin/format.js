// Numbers, sizes and times as people read them.
import { lang } from './words.js';

const numbers = new Intl.NumberFormat(lang);
const short = new Intl.NumberFormat(lang, { notation: 'compact', maximumFractionDigits: 1 });
const moments = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' });
const days = new Intl.DateTimeFormat(lang, { month: 'short', day: 'numeric', timeZone: 'UTC' });

export const number = (n) => numbers.format(n);
export const compact = (n) => short.format(n);
/** moment is a date and a time, which stay on one line. */
export const moment = (at) => (at ? moments.format(new Date(at)).replaceAll(' ', '\u00a0') : '–');
const percents = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1 });
export const percent = (n) => percents.format(n);
/** day is a date without a time, such as 2026-11-29. */
export const day = (date) => days.format(new Date(date));

/** bytes counts in units of 1024. */
export const bytes = (n) => {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = n > 0 ? Math.min(units.length - 1, Math.floor(Math.log2(n) / 10)) : 0;
  const value = n / 1024 ** power;
  return `${value.toLocaleString(lang, { maximumFractionDigits: value < 10 && power ? 1 : 0 })} ${units[power]}`;
};
