import { Backoff } from './backoff.js';
import { Emitter } from './emitter.js';
import { kindOf } from './entries.js';
import { ParleyError } from './errors.js';
import { channelPath, queryOf } from './paths.js';

/**
 * @typedef {import('./parley.js').Parley} Parley
 * @typedef {import('./types.js').User} User
 * @typedef {import('./types.js').Message} Message
 *
 * Where the caller stands. `unread` has counted up to `asOf`.
 * @typedef {{user: User, delivered: number, read: number, unread: number, asOf: number}} Standing
 *
 * @typedef {{delivered: number, read: number}} Marks how far somebody has come; both never move back
 *
 * @typedef {object} PersonsReceipt
 * @property {string} user
 * @property {boolean} delivered
 * @property {boolean} read
 * @property {string} [deliveredAt]
 * @property {string} [readAt]
 *
 * @typedef {object} ReceiptEvents
 * @property {Receipts} change
 * @property {ParleyError} error the server will not have it: no more is sent
 */

/** Receipts of one moment are sent as one. */
const GATHER_MS = 300;
/** As many people as a room may have; whoever comes beyond them is not shown. */
const PEOPLE_LIMIT = 1_000;
/** Each acknowledgement brings a new count from the server, so there are never many behind it. */
const COUNTED_LIMIT = 1_000;

/**
 * How far you and the others have received and read a channel. What is delivered here is acknowledged by itself; what was
 * seen is the application's to say, with `read`. `unread` is the server's count with what has come since.
 * @extends {Emitter<ReceiptEvents>}
 */
export class Receipts extends Emitter {
  #parley;
  #subscription;
  /** @type {Map<string, Marks>} */
  #others = new Map();
  /** @type {Standing | null} */
  #own = null;
  /** @type {Map<number, string | undefined>} messages that the server's count may not have, and who has written them */
  #behind = new Map();
  #wantRead = 0;
  #wantDelivered = 0;
  /** What the server has answered to, whatever it has made of it. */
  #told = { delivered: 0, read: 0 };
  /** The server is to be asked where we stand. */
  #stale = true;
  #busy = false;
  #refused = false;
  /** @type {any} */
  #timer = null;
  #due = 0;
  #backoff;
  /** @type {Array<() => void>} */
  #stops;

  /**
   * @param {Parley} parley
   * @param {string} channel of a namespace with receipts, such as a room; subscribed if need be
   */
  constructor(parley, channel) {
    super();
    this.#parley = parley;
    this.#subscription = parley.subscribe(channel);
    this.#backoff = new Backoff({ random: parley.platform.random });
    this.#stops = [
      this.#subscription.on('message', (message) => this.#arrived(message)),
      this.#subscription.on('push', (push) => push.type === 'receipt' && this.#pushed(/** @type {any} */ (push))),
      this.#subscription.on('state', ({ state }) => state === 'subscribed' && this.#ask()),
      this.#subscription.on('reload', () => this.#ask()),
    ];
    if (this.#subscription.state === 'subscribed') this.#ask();
  }

  get channel() {
    return this.#subscription.channel;
  }

  /** How many messages of others are behind what you have read; undefined until the server has said it. */
  get unread() {
    const own = this.#own;
    return own ? own.unread + [...this.#behind.values()].filter((user) => user !== own.user.id).length : undefined;
  }

  /** Up to which offset you have read, on whatever device. */
  get lastRead() {
    return Math.max(this.#wantRead, this.#own?.read ?? 0);
  }

  /** The others, by id, as far as `load` and the pushes behind it have told. */
  get others() {
    return /** @type {ReadonlyMap<string, Marks>} */ (this.#others);
  }

  /** The ids of those who have read the message at this offset. @param {number} offset */
  readers(offset) {
    return [...this.#others].filter(([, { read }]) => read >= offset).map(([user]) => user);
  }

  /** You have seen everything up to here. @param {number} [offset] the last message that was delivered, when absent */
  read(offset = this.#subscription.position?.offset ?? 0) {
    if (offset <= this.lastRead) return;
    this.#wantRead = offset;
    this.#soon(GATHER_MS);
  }

  /** Reads how far everybody has come. Polls have no pushes about others: call it again there. @returns {Promise<void>} */
  async load() {
    /** @type {string | undefined} */
    let after;
    do {
      const page = await this.#parley.call(channelPath(this.channel, 'receipts'), { query: queryOf({ after, limit: 100 }) });
      for (const { user, ...marks } of page.receipts) this.#mark(user, marks);
      after = page.next;
    } while (after && this.#others.size < PEOPLE_LIMIT);
    this.emit('change', this);
  }

  /**
   * Who has received and read one message, and when; a page.
   * @param {string} messageId
   * @param {{after?: string, limit?: number}} [page]
   * @returns {Promise<{receipts: PersonsReceipt[], next?: string}>}
   */
  of(messageId, page = {}) {
    return this.#parley.call(channelPath(this.channel, 'receipts'), { query: queryOf({ messageId, ...page }) });
  }

  /** Hears and says nothing more; the subscription stays. */
  close() {
    this.#refused = true;
    this.#parley.platform.clearTimeout(this.#timer);
    for (const stop of this.#stops) stop();
  }

  /** Receipts are not recovered, so they are asked for after each break. */
  #ask() {
    this.#stale = true;
    this.#wantDelivered = Math.max(this.#wantDelivered, this.#subscription.position?.offset ?? 0);
    this.#soon(0);
  }

  /**
   * It is acknowledged, and the answer counts anew. That matters for a message that is taken back: whether the server had
   * counted it nobody here knows.
   * @param {Message} message
   */
  #arrived(message) {
    const { offset, user } = message;
    if (typeof offset !== 'number') return;
    this.#wantDelivered = Math.max(this.#wantDelivered, offset);
    if (kindOf(message) === 'message' && offset > (this.#own?.asOf ?? 0)) this.#count(offset, user?.id);
    if (kindOf(message) === 'deletion' && this.#behind.delete(message.data.offset)) this.emit('change', this);
    this.#soon(GATHER_MS);
  }

  /** @param {number} offset @param {string | undefined} user */
  #count(offset, user) {
    this.#behind.set(offset, user);
    if (this.#behind.size > COUNTED_LIMIT) this.#behind.delete(/** @type {number} */ (this.#behind.keys().next().value));
    if (this.#own) this.emit('change', this);
  }

  /** @param {Standing | (Partial<Marks> & {user: User})} push */
  #pushed(push) {
    if ('unread' in push) this.#stand(push);
    else this.#mark(push.user.id, push);
    this.emit('change', this);
  }

  /** Answers and pushes may overtake each other. @param {Standing} standing */
  #stand(standing) {
    const own = this.#own;
    if (own && (standing.asOf < own.asOf || standing.read < own.read)) {
      this.#stale ||= standing.read > own.read;
      return this.#soon(GATHER_MS);
    }
    this.#own = standing;
    this.#others.delete(standing.user.id);
    for (const offset of [...this.#behind.keys()]) if (offset <= standing.asOf) this.#behind.delete(offset);
  }

  /** @param {string} user @param {Partial<Marks>} marks */
  #mark(user, { delivered = 0, read = 0 }) {
    const before = this.#others.get(user) ?? { delivered: 0, read: 0 };
    if (user === this.#own?.user.id || (!this.#others.has(user) && this.#others.size >= PEOPLE_LIMIT)) return;
    this.#others.set(user, { delivered: Math.max(before.delivered, delivered, read), read: Math.max(before.read, read) });
  }

  /** Never later than was said before: a channel in which much is said must not put it off for ever. @param {number} ms */
  #soon(ms) {
    const { clearTimeout, now, setTimeout } = this.#parley.platform;
    if (this.#timer !== null && this.#due <= now() + ms) return;
    clearTimeout(this.#timer);
    this.#due = now() + ms;
    this.#timer = setTimeout(() => this.#send(), ms);
  }

  async #send() {
    this.#timer = null;
    const next = this.#busy || this.#refused || this.#subscription.state !== 'subscribed' ? null : this.#next();
    if (!next) return;
    this.#busy = true;
    const stale = this.#stale;
    this.#stale = false;
    try {
      const standing = await this.#tell(next);
      this.#told = { ...this.#told, ...next };
      this.#stand(standing);
      this.#backoff.reset();
      this.#busy = false;
      this.emit('change', this);
      this.#soon(GATHER_MS);
    } catch (thrown) {
      this.#busy = false;
      this.#stale ||= stale;
      this.#failed(ParleyError.from(thrown));
    }
  }

  /** One at a time; what was read counts as received. @returns {Partial<Marks> | null} */
  #next() {
    const { delivered = 0, read = 0 } = this.#own ?? {};
    if (this.#wantRead > Math.max(read, this.#told.read)) return { read: this.#wantRead };
    if (this.#wantDelivered === 0) return null;
    const known = this.#wantDelivered <= Math.max(delivered, this.#told.delivered);
    return this.#stale || !known ? { delivered: this.#wantDelivered } : null;
  }

  /** The first time over HTTP, where a channel without receipts is refused; the command `ack` has no answer there. @param {Partial<Marks>} marks @returns {Promise<Standing>} */
  #tell(marks) {
    const { channel } = this;
    const type = marks.read ? 'read' : 'ack';
    const reply = this.#own && this.#parley.command(type, { channel, offset: marks.read ?? marks.delivered });
    return reply ?? this.#parley.call(channelPath(channel, 'receipts'), { method: 'PUT', body: marks });
  }

  /** A lost connection brings `subscribed` again. @param {ParleyError} error */
  #failed(error) {
    if (error.code === 'connection_lost' || this.#refused) return;
    if (error.retryable) return this.#soon(error.retryAfterMs ?? this.#backoff.next());
    this.#refused = true;
    this.emit('error', error);
  }
}
