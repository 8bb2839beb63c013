import { language, t } from './settings.js';

const TIME = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
const EXACT = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });
const NUMBER = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
const SIGNED = new Intl.NumberFormat(language, { maximumFractionDigits: 3, signDisplay: 'exceptZero' });
const SHORT = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** @param {string | Date} time */
export const clockTime = (time) => TIME.format(new Date(time));

/** @param {string | Date} time */
export const exactTime = (time) => EXACT.format(new Date(time));

/** The time, and the day unless it is today. @param {string} time */
export const shortTime = (time) => (isToday(new Date(time)) ? clockTime(time) : SHORT.format(new Date(time)));

/** @param {string | Date} time */
export const dayName = (time) => (isToday(new Date(time)) ? t('chat.today') : DAY.format(new Date(time)));

/** @param {string} a @param {string} b */
export const sameDay = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();

/** @param {Date} date */
const isToday = (date) => date.toDateString() === new Date().toDateString();

/** @param {number} value */
export const numberText = (value) => NUMBER.format(value);

/** A difference, with its sign. @param {number} value */
export const signedText = (value) => SIGNED.format(value);

/** @param {string} transport */
export const transportName = (transport) => t(`transport.${transport}`);

/** Where there is little room. @param {string} transport */
export const shortName = (transport) => t(transport === 'sse' ? 'transport.sse.short' : `transport.${transport}`);

/**
 * What to tell people, by the server's error code.
 * @param {import('../client/errors.js').ParleyError} error
 * @param {string} [about] a page's own texts, where they say it better
 */
export function explain({ code, message }, about = 'error') {
  const found = [`${about}.${code}`, `error.${code}`].find((key) => t(key) !== key);
  return found ? t(found) : message;
}
