import { Backoff } from './backoff.js';
import { Emitter } from './emitter.js';
import { ParleyError } from './errors.js';
import { channelPath, queryOf } from './paths.js';
import { ReceiptState } from './receipt-state.js';

/**
 * @typedef {import('./parley.js').Parley} Parley
 * @typedef {import('./types.js').User} User
 * @typedef {import('./types.js').Message} Message
 *
 * @typedef {import('./receipt-state.js').Standing} Standing
 * @typedef {import('./receipt-state.js').Marks} Marks
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
/**
 * How far you and the others have received and read a channel. What is delivered here is acknowledged by itself; what was
 * seen is the application's to say, with `read`. `unread` is the server's count with what has come since.
 * @extends {Emitter<ReceiptEvents>}
 */
export class Receipts extends Emitter {
  #parley;
  #subscription;
  #known = new ReceiptState();
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
      this.#subscription.on('reload', () => this.#beginAgain()),
    ];
    if (this.#subscription.state === 'subscribed') this.#ask();
  }

  get channel() {
    return this.#subscription.channel;
  }

  /** How many messages of others are behind what you have read; undefined until the server has said it. */
  get unread() {
    return this.#known.unread;
  }

  /** Up to which offset you have read, on whatever device. */
  get lastRead() {
    return Math.max(this.#wantRead, this.#known.own?.read ?? 0);
  }

  /** The others, by id, as far as `load` and the pushes behind it have told. */
  get others() {
    return this.#known.others;
  }

  /** The ids of those who have read the message at this offset. @param {number} offset */
  readers(offset) {
    return this.#known.readers(offset);
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
      for (const { user, ...marks } of page.receipts) this.#known.mark(user, marks);
      after = page.next;
    } while (after && !this.#known.full);
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

  #beginAgain() {
    this.#known.forget();
    this.#wantRead = this.#wantDelivered = 0;
    this.#told = { delivered: 0, read: 0 };
    this.#ask();
  }

  /**
   * It is acknowledged, and the answer counts anew. That matters for a message that is taken back: whether the server had
   * counted it nobody here knows.
   * @param {Message} message
   */
  #arrived(message) {
    if (typeof message.offset !== 'number') return;
    this.#wantDelivered = Math.max(this.#wantDelivered, message.offset);
    if (this.#known.arrived(message)) this.emit('change', this);
    this.#soon(GATHER_MS);
  }

  /** @param {Standing | (Partial<Marks> & {user: User})} push */
  #pushed(push) {
    if ('unread' in push) this.#stand(push);
    else this.#known.mark(push.user.id, push);
    this.emit('change', this);
  }

  /** @param {Standing} standing */
  #stand(standing) {
    if (this.#known.stand(standing)) return;
    this.#stale = true;
    this.#soon(GATHER_MS);
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
    const { delivered = 0, read = 0 } = this.#known.own ?? {};
    if (this.#wantRead > Math.max(read, this.#told.read)) return { read: this.#wantRead };
    if (this.#wantDelivered === 0) return null;
    const known = this.#wantDelivered <= Math.max(delivered, this.#told.delivered);
    return this.#stale || !known ? { delivered: this.#wantDelivered } : null;
  }

  /**
   * The first time over HTTP, where a channel without receipts is refused; the command `ack` has no answer there.
   * @param {Partial<Marks>} marks
   * @returns {Promise<Standing>}
   */
  #tell(marks) {
    const { channel } = this;
    const type = marks.read ? 'read' : 'ack';
    const reply = this.#known.own && this.#parley.command(type, { channel, offset: marks.read ?? marks.delivered });
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
