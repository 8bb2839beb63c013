import { clone, h, icon, paintAvatar, part } from './dom.js';
import { clockTime, dayName, exactTime, explain, sameDay } from './format.js';
import { join, t } from './settings.js';

/**
 * @typedef {import('../client/types.js').Message} Message
 * @typedef {import('../client/message-store.js').Entry} Entry
 *
 * @typedef {object} Shown how a message is to be shown beside what it says itself
 * @property {boolean} mine
 * @property {boolean} continued it goes on what the same author has just said
 * @property {boolean} named it mentions me
 * @property {string} receipt who has received or read it; empty for those of others
 * @property {boolean} read
 * @property {string} quote of the message that it answers
 */

/** Messages of one author closer than this share a heading. */
const GROUP_MS = 300_000;
const QUOTED = 120;

/** @param {Message | null} last @param {Message} message */
export function continues(last, message) {
  if (!last || message.replyTo || last.user?.id !== message.user?.id || !sameDay(last.time, message.time)) return false;
  return Date.parse(message.time) - Date.parse(last.time) < GROUP_MS;
}

/** What a changed entry differs in. @param {Message} message @param {Shown} shown */
export function signatureOf({ edited, deleted, reactionsOffset, event }, shown) {
  return JSON.stringify([edited?.version, deleted?.version, reactionsOffset, event, ...Object.values(shown)]);
}

/** @param {Message} message @param {Shown} shown @param {(sign: string) => void} onReact */
export function messageEntry(message, shown, onReact) {
  const entry = clone('message-template');
  const user = message.user ?? { id: 'system', name: t('chat.system') };
  entry.classList.toggle('own', shown.mine);
  entry.classList.toggle('continued', shown.continued);
  entry.classList.toggle('named', shown.named);
  entry.dataset.offset = String(message.offset);
  entry.dataset.messageId = message.messageId;
  paintAvatar(part(entry, '.avatar'), user);
  part(entry, '.author').textContent = shown.mine ? t('chat.you') : user.name || user.id;
  paintTime(part(entry, 'time'), message.time);
  paintText(entry, message, shown);
  part(entry, '.offset').textContent = `#${message.offset}`;
  paintReceipt(entry, shown);
  part(entry, '.message-body').append(reactions(message, onReact));
  return entry;
}

/** @param {HTMLElement} element @param {string} time */
function paintTime(element, time) {
  Object.assign(element, { dateTime: time, title: exactTime(time), textContent: clockTime(time) });
}

/** @param {HTMLElement} entry @param {Message} message @param {Shown} shown */
function paintText(entry, message, { quote }) {
  const gone = message.deleted ? 'chat.deleted' : message.event === 'erased' ? 'chat.erased' : '';
  entry.classList.toggle('gone', gone !== '');
  part(entry, '.text').textContent = gone ? t(gone) : textOf(message.data);
  if (message.edited && !gone) part(entry, '.message-line').append(h('span', { class: 'edited' }, t('chat.edited')));
  if (quote) part(entry, '.bubble').prepend(h('p', { class: 'quote' }, quote));
}

/** @param {HTMLElement} entry @param {Shown} shown */
function paintReceipt(entry, { mine, receipt, read }) {
  if (!mine) return part(entry, '.receipt').classList.add('theirs');
  const text = receipt || t('chat.sentState');
  const mark = h('span', { class: 'ticks', title: text, 'data-read': String(read) }, icon(receipt ? 'checks' : 'check'), h('span', { class: 'visually-hidden sent' }, text));
  part(entry, '.receipt').prepend(mark);
}

/** @param {Message} message @param {(sign: string) => void} onReact */
function reactions({ reactions: all = [], deleted }, onReact) {
  const shown = deleted ? [] : all;
  const signs = shown.map(({ reaction, count, mine = false, users }) => {
    const names = join(users.map(({ id, name }) => name ?? id));
    return h('button', { type: 'button', class: 'reaction', tabindex: -1, title: names, 'aria-pressed': String(mine), 'data-sign': reaction,
      'aria-label': t('chat.reacted', { sign: reaction, count, names }), onclick: () => onReact(reaction) }, `${reaction} ${count}`);
  });
  return h('div', { class: 'reactions', hidden: signs.length === 0 }, ...signs);
}

/** Other applications may write here too, in their own shape. @param {any} data @returns {string} */
export function textOf(data) {
  if (typeof data === 'string') return data;
  return typeof data?.text === 'string' ? data.text : (JSON.stringify(data) ?? '');
}

/** @param {Message | undefined} message */
export function quoteOf(message) {
  if (!message) return '…';
  const text = message.data === null ? t('chat.deleted') : textOf(message.data);
  const short = text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text;
  return t('chat.says', { name: message.user?.name ?? message.user?.id ?? t('chat.system'), text: short });
}

/** @param {string} time */
export function dayEntry(time) {
  return h('li', { class: 'day', 'data-day': time.slice(0, 10) }, h('time', { datetime: time.slice(0, 10) }, dayName(time)));
}

const STATUS_ICONS = { sending: '#icon-clock', sent: '#icon-check', failed: '#icon-alert' };

/** @param {HTMLElement} entry @param {Entry} outgoing */
export function paintOutgoing(entry, { data, state, error }) {
  part(entry, '.text').textContent = textOf(data);
  const failed = error ? `${t('chat.notSent')} ${explain(error)}` : t('chat.notSent');
  part(entry, '.status').textContent = state === 'failed' ? failed : t(state === 'sent' ? 'chat.sentState' : 'chat.sending');
  entry.dataset.status = state;
  entry.querySelector('use')?.setAttribute('href', STATUS_ICONS[state]);
  part(entry, '.failed-actions').hidden = state !== 'failed';
}
