const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const EXACT = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });

/** @param {string | Date} time */
export const clockTime = (time) => TIME.format(new Date(time));

/** @param {string | Date} time */
export const exactTime = (time) => EXACT.format(new Date(time));

/** @param {string | Date} time */
export const dayName = (time) => (isToday(new Date(time)) ? 'Today' : DAY.format(new Date(time)));

/** @param {string} a @param {string} b */
export const sameDay = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();

/** @param {Date} date */
const isToday = (date) => date.toDateString() === new Date().toDateString();

/** @param {number} count @param {string} one @param {string} [many] */
export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** @type {Record<string, string>} */
export const TRANSPORT_NAMES = {
  auto: 'Automatic',
  websocket: 'WebSocket',
  sse: 'Server-sent events',
  'long-polling': 'Long polling',
  'short-polling': 'Short polling',
};

/** Where there is little room. @type {Record<string, string>} */
export const SHORT_NAMES = { ...TRANSPORT_NAMES, sse: 'SSE' };

/** What to tell people, by the server's error code. @type {Record<string, string>} */
const ERRORS = {
  too_large: 'This message is too long.',
  forbidden: 'You may not write here.',
  not_found: 'This room does not exist.',
  queue_full: 'Too many messages are waiting already.',
  unauthorized: 'You are not signed in any more.',
  token_expired: 'Your sign-in has expired.',
  unreachable: 'The server cannot be reached.',
  closed: 'The connection was closed before it could be sent.',
};

/** @param {import('../client/errors.js').ParleyError} error */
export const explain = (error) => ERRORS[error.code] ?? error.message;
