import { Backoff } from './backoff.js';
import { Emitter } from './emitter.js';
import { ParleyError } from './errors.js';
import { NotificationList } from './notification-list.js';
import { queryOf } from './paths.js';

/**
 * @typedef {import('./parley.js').Parley} Parley
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./notification-list.js').Notification} Notification
 * @typedef {import('./notification-list.js').UnreadCount} UnreadCount
 *
 * @typedef {object} NotificationEvents
 * @property {Notifications} change
 * @property {Notification} notification one that is new, for a toast; those too that came while there was no connection
 * @property {ParleyError} error the list cannot be read; it is tried again with the next connection
 */

const PAGE = 50;
/** As many as anybody looks through. With more the list begins anew. */
const LIMIT = 1_000;
/** More pushes than this while a list is being read: it is read again instead. */
const MEANWHILE_LIMIT = 1_000;
/** Changes of one moment are counted once. */
const GATHER_MS = 300;

/**
 * The caller's inbox: a list and the pushes behind it, which together are as good as a fresh list. It is read with the first
 * connection, and again where pushes are missing for good.
 * @extends {Emitter<NotificationEvents>}
 */
export class Notifications extends Emitter {
  #parley;
  #list = new NotificationList();
  /** @type {string | undefined} */
  #next;
  #loaded = false;
  /** @type {Message[] | null} pushes that came while the list was being read */
  #meanwhile = null;
  /** What was asked for before is void. */
  #round = 0;
  /** @type {any} */
  #timer = null;
  #backoff;
  /** @type {Array<() => void>} */
  #stops;

  /** @param {Parley} parley */
  constructor(parley) {
    super();
    this.#parley = parley;
    this.#backoff = new Backoff({ random: parley.platform.random });
    this.#stops = [
      parley.on('message', (message) => isInbox(message.channel) && this.#pushed(message)),
      parley.on('state', ({ state }) => state === 'connected' && !this.#loaded && this.#read()),
      parley.on('reload', ({ channel }) => isInbox(channel) && this.#read()),
    ];
    if (parley.state === 'connected') this.#read();
  }

  /** Newest first, as far back as they were read. */
  get list() {
    return this.#list.all;
  }

  /** Of all, not of the list only. */
  get unread() {
    return this.#list.unread;
  }

  /** Whether the list has been read at all. */
  get loaded() {
    return this.#loaded;
  }

  /** Whether there are older ones. */
  get more() {
    return this.#next !== undefined;
  }

  /** Reads older ones. @returns {Promise<void>} */
  async older() {
    const [round, before] = [this.#round, this.#next];
    if (before === undefined) return;
    const page = await this.#parley.call('notifications', { query: queryOf({ before, limit: PAGE }) });
    if (round !== this.#round || before !== this.#next) return;
    this.#next = page.next;
    this.#list.extend(page);
    this.#count();
    this.emit('change', this);
  }

  /** @param {string} id @param {boolean} [read] @returns {Promise<void>} */
  async markRead(id, read = true) {
    await this.#parley.call(pathOf(id), { method: 'PATCH', body: { read } });
    this.#say('notification-read', { ...this.#list.get(id), id, read });
  }

  /** All that this list knows of; what comes meanwhile stays unread. @returns {Promise<void>} */
  async readAll() {
    const { upTo } = this.#list;
    await this.#parley.call('notifications/read-all', { method: 'POST', body: { upTo } });
    this.#say('notifications-read', { upTo });
  }

  /** @param {string} id @returns {Promise<void>} */
  async remove(id) {
    await this.#parley.call(pathOf(id), { method: 'DELETE' });
    this.#say('notification-removed', { ...this.#list.get(id), id });
  }

  /** Removes all that this list knows of; what comes meanwhile stays. @returns {Promise<void>} */
  async clear() {
    const { upTo } = this.#list;
    await this.#parley.call('notifications', { method: 'DELETE', query: [['upTo', `${upTo.user}.${upTo.tenant}`]] });
    this.#say('notifications-cleared', { upTo });
  }

  /** Hears nothing more. */
  close() {
    this.#round++;
    this.#parley.platform.clearTimeout(this.#timer);
    for (const stop of this.#stops) stop();
  }

  async #read() {
    const round = ++this.#round;
    this.#meanwhile = [];
    this.#parley.platform.clearTimeout(this.#timer);
    try {
      const page = await this.#parley.call('notifications', { query: queryOf({ limit: PAGE }) });
      if (round === this.#round) this.#begin(page);
    } catch (thrown) {
      if (round === this.#round) this.#failed(ParleyError.from(thrown));
    }
  }

  /** @param {import('./notification-list.js').NotificationPage} page */
  #begin(page) {
    const { upTo } = this.#list;
    const fresh = this.#loaded ? page.notifications.filter(({ scope, number }) => number > upTo[scope]) : [];
    const meanwhile = this.#meanwhile ?? [];
    this.#list.begin(page);
    this.#next = page.next;
    this.#loaded = true;
    this.#meanwhile = null;
    this.#backoff.reset();
    for (const one of fresh.reverse()) this.emit('notification', one);
    this.emit('change', this);
    for (const message of meanwhile) this.#pushed(message);
  }

  /** @param {ParleyError} error */
  #failed(error) {
    if (error.retryable) this.#later(error.retryAfterMs ?? this.#backoff.next(), () => this.#read());
    else this.emit('error', error);
  }

  /** @param {Message} message */
  #pushed(message) {
    if (!this.#loaded && !this.#meanwhile) return;
    if (this.#meanwhile) this.#keep(message);
    else this.#taken(this.#list.take(message));
  }

  /** @param {Message} message */
  #keep(message) {
    if ((this.#meanwhile?.push(message) ?? 0) > MEANWHILE_LIMIT) this.#read();
  }

  /** @param {Notification | 'changed' | null} outcome */
  #taken(outcome) {
    if (!outcome) return;
    if (outcome === 'changed') this.#count();
    else this.emit('notification', outcome);
    this.emit('change', this);
    if (this.#list.size > LIMIT) this.#read();
  }

  /** What one's own call has changed is there before its push comes. @param {string} event @param {any} data */
  #say(event, data) {
    this.#pushed({ channel: 'user:', messageId: '', epoch: '', offset: 0, time: '', event, data });
  }

  /**
   * Whether a change was about something that the last count had is not to be told from here, so the server counts again
   * behind the last of several.
   */
  #count() {
    const round = this.#round;
    this.#later(GATHER_MS, async () => {
      const answer = await this.#parley.call('notifications/count').catch(() => null);
      if (!answer || round !== this.#round || this.#meanwhile) return;
      this.#list.count(answer);
      this.emit('change', this);
    });
  }

  /** @param {number} ms @param {() => void} act */
  #later(ms, act) {
    this.#parley.platform.clearTimeout(this.#timer);
    this.#timer = this.#parley.platform.setTimeout(act, ms);
  }
}

/** @param {string} channel */
function isInbox(channel) {
  return /^(user|urgent|org):/.test(channel);
}

/** @param {string} id */
function pathOf(id) {
  return `notifications/${encodeURIComponent(id)}`;
}
