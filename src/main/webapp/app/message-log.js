import { byId, clone, paintAvatar, part } from './dom.js';
import { clockTime, dayName, exactTime, explain, sameDay } from './format.js';

/**
 * @typedef {import('./room.js').Room} Room
 * @typedef {import('./room.js').Outgoing} Outgoing
 * @typedef {import('../client/types.js').Message} Message
 */

/** Messages of one author closer than this share a heading. */
const GROUP_MS = 300_000;
/** More are not kept on the page. */
const SHOWN = 2_000;
/** This close to the end counts as being at the end. */
const NEAR_END_PX = 80;

/** The middle of the page: what was said in the room that is open, and what is on its way. */
export class MessageLog {
  #log = byId('log', HTMLElement);
  #list = byId('messages', HTMLOListElement);
  #outgoing = byId('outgoing', HTMLOListElement);
  #earlier = byId('earlier', HTMLButtonElement);
  #toEnd = byId('to-end', HTMLButtonElement);
  /** @type {Room | null} */
  #room = null;
  /** @type {Message | null} */
  #last = null;
  /** @type {Map<string, HTMLElement>} */
  #entries = new Map();
  /** @type {() => void} */
  #leave = () => {};
  #onEdit;

  /** @param {(text: string) => void} onEdit takes a text back into the input */
  constructor(onEdit) {
    this.#onEdit = onEdit;
    this.#earlier.addEventListener('click', () => this.#loadEarlier());
    this.#toEnd.addEventListener('click', () => this.#scrollToEnd());
    this.#log.addEventListener('scroll', () => (this.#toEnd.hidden ||= this.#isAtEnd()));
    new ResizeObserver(() => this.#toEnd.hidden && this.#scrollToEnd()).observe(this.#log);
  }

  /** @param {Room} room */
  show(room) {
    this.#leave();
    this.#room = room;
    const stops = [
      room.on('message', (message) => this.#arrived(message)),
      room.on('outgoing', (outgoing) => this.#showOutgoing(outgoing)),
      room.on('settled', ({ key }) => this.#removeOutgoing(key)),
      room.on('earlier', () => this.#renderKeepingPlace()),
      room.on('state', () => this.#frame()),
    ];
    this.#leave = () => stops.forEach((stop) => stop());
    this.#render();
    this.#scrollToEnd();
  }

  #render() {
    const room = this.#open;
    this.#list.replaceChildren();
    this.#outgoing.replaceChildren();
    this.#entries.clear();
    this.#last = null;
    for (const message of room.messages) this.#append(message);
    for (const outgoing of room.outgoing.values()) this.#showOutgoing(outgoing);
    this.#frame();
  }

  get #open() {
    if (!this.#room) throw new Error('no room is open');
    return this.#room;
  }

  /** What is around the messages. */
  #frame() {
    const { messages, outgoing, state, hasEarlier } = this.#open;
    this.#log.setAttribute('aria-busy', String(state === 'subscribing' && messages.length === 0));
    this.#earlier.hidden = !hasEarlier;
    byId('empty', HTMLElement).hidden = state !== 'subscribed' || messages.length + outgoing.size > 0;
  }

  /** @param {Message} message */
  #arrived(message) {
    const atEnd = this.#isAtEnd() || this.#open.isMine(message);
    this.#append(message);
    this.#frame();
    if (atEnd) this.#scrollToEnd();
    else this.#toEnd.hidden = false;
  }

  /** @param {Message} message */
  #append(message) {
    if (!this.#last || !sameDay(this.#last.time, message.time)) this.#list.append(dayEntry(message.time));
    this.#list.append(messageEntry(message, this.#open.isMine(message), continues(this.#last, message)));
    this.#last = message;
    while (this.#list.children.length > SHOWN) this.#list.firstElementChild?.remove();
  }

  /** @param {Outgoing} outgoing */
  #showOutgoing(outgoing) {
    const fresh = !this.#entries.has(outgoing.key);
    const entry = this.#entries.get(outgoing.key) ?? clone('outgoing-template');
    this.#entries.set(outgoing.key, entry);
    part(entry, '.text').textContent = outgoing.text;
    part(entry, '.status').textContent = statusText(outgoing);
    entry.dataset.status = outgoing.status;
    entry.querySelector('use')?.setAttribute('href', STATUS_ICONS[outgoing.status]);
    part(entry, '.failed-actions').hidden = outgoing.status !== 'failed';
    part(entry, '.retry').onclick = () => this.#open.retry(outgoing);
    part(entry, '.edit').onclick = () => this.#edit(outgoing);
    if (!fresh) return;
    this.#outgoing.append(entry);
    this.#frame();
    this.#scrollToEnd();
  }

  /** @param {Outgoing} outgoing */
  #edit(outgoing) {
    this.#open.takeBack(outgoing);
    this.#onEdit(outgoing.text);
  }

  /** @param {string} key */
  #removeOutgoing(key) {
    this.#entries.get(key)?.remove();
    this.#entries.delete(key);
  }

  async #loadEarlier() {
    this.#earlier.disabled = true;
    await this.#open.loadEarlier().catch(() => {});
    this.#earlier.disabled = false;
  }

  #renderKeepingPlace() {
    const fromEnd = this.#log.scrollHeight - this.#log.scrollTop;
    this.#log.setAttribute('aria-live', 'off');
    this.#render();
    this.#log.scrollTop = this.#log.scrollHeight - fromEnd;
    setTimeout(() => this.#log.setAttribute('aria-live', 'polite'), 500);
  }

  #isAtEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR_END_PX;
  }

  #scrollToEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#toEnd.hidden = true;
  }
}

const STATUS_ICONS = { sending: '#icon-clock', sent: '#icon-check', failed: '#icon-alert' };

/** @param {Outgoing} outgoing */
function statusText({ status, error }) {
  if (status === 'failed') return error ? `Not sent. ${explain(error)}` : 'Not sent.';
  return status === 'sent' ? 'Sent' : 'Sending…';
}

/** @param {Message | null} last @param {Message} message */
function continues(last, message) {
  if (!last || last.user?.id !== message.user?.id || !sameDay(last.time, message.time)) return false;
  return Date.parse(message.time) - Date.parse(last.time) < GROUP_MS;
}

/** @param {Message} message @param {boolean} mine @param {boolean} continued */
function messageEntry(message, mine, continued) {
  const entry = clone('message-template');
  const user = message.user ?? { id: 'system', name: 'System' };
  entry.classList.toggle('own', mine);
  entry.classList.toggle('continued', continued);
  entry.dataset.offset = String(message.offset);
  entry.dataset.messageId = message.messageId;
  paintAvatar(part(entry, '.avatar'), user);
  part(entry, '.author').textContent = mine ? 'You' : user.name || user.id;
  const time = /** @type {HTMLTimeElement} */ (part(entry, 'time'));
  time.dateTime = message.time;
  time.title = exactTime(message.time);
  time.textContent = clockTime(message.time);
  part(entry, '.text').textContent = textOf(message.data);
  part(entry, '.offset').textContent = `#${message.offset}`;
  return entry;
}

/** Other applications may write here too, in their own shape. @param {any} data */
function textOf(data) {
  if (typeof data === 'string') return data;
  return typeof data?.text === 'string' ? data.text : JSON.stringify(data);
}

/** @param {string} time */
function dayEntry(time) {
  const entry = clone('day-template');
  const label = /** @type {HTMLTimeElement} */ (part(entry, 'time'));
  label.dateTime = time.slice(0, 10);
  label.textContent = dayName(time);
  return entry;
}
