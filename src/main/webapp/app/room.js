import { Emitter } from '../client/emitter.js';
import { randomKey } from '../client/platform.js';

/**
 * @typedef {import('../client/types.js').DeliveredMessage} DeliveredMessage
 * @typedef {import('../client/types.js').Message} Message
 * @typedef {import('../client/errors.js').ParleyError} ParleyError
 * @typedef {{key: string, room: string, text: string, status: 'sending' | 'sent' | 'failed', error?: ParleyError}} Outgoing
 *
 * @typedef {object} RoomEvents
 * @property {Message} message
 * @property {Outgoing} outgoing one was added or has changed
 * @property {Outgoing} settled one has come back as a message, or was taken back
 * @property {Message[]} earlier
 * @property {{state: import('../client/types.js').SubscriptionState, reason?: string}} state
 * @property {number} unread
 */

const HISTORY = 50;
/** Older ones leave the memory; they can be loaded again. */
const KEPT = 1_000;

/**
 * What one room looks like from here: its messages as the server has ordered them, and behind them what is on its way.
 * @extends {Emitter<RoomEvents>}
 */
export class Room extends Emitter {
  /** @type {Message[]} */
  messages = [];
  /** @type {Map<string, Outgoing>} by key */
  outgoing = new Map();
  draft = '';
  unread = 0;
  visible = false;
  #parley;
  #me;
  #outbox;
  #meter;
  #subscription;

  /**
   * @param {string} name
   * @param {import('../client/parley.js').Parley} parley
   * @param {string} me my user id
   * @param {import('./outbox.js').Outbox} outbox
   * @param {import('./delivery-meter.js').DeliveryMeter} meter
   */
  constructor(name, parley, me, outbox, meter) {
    super();
    this.name = name;
    this.#parley = parley;
    this.#me = me;
    this.#outbox = outbox;
    this.#meter = meter;
    this.#subscription = parley.subscribe(this.channel, { history: HISTORY });
    this.#subscription.on('message', (message) => this.#take(message));
    this.#subscription.on('state', (change) => this.emit('state', change));
    this.#subscription.on('reload', () => this.#reload());
    for (const draft of outbox.of(name)) this.#send(draft);
  }

  get channel() {
    return `room:${this.name}`;
  }

  get state() {
    return this.#subscription.state;
  }

  /** Is there more before the first message? */
  get hasEarlier() {
    return (this.messages[0]?.offset ?? 1) > 1;
  }

  /** @param {Message} message */
  isMine(message) {
    return message.user?.id === (this.#parley.info?.user?.id ?? this.#me);
  }

  /** @param {string} text */
  say(text) {
    this.#send({ key: randomKey(), room: this.name, text });
  }

  /** @param {Outgoing} outgoing */
  retry({ key, text }) {
    this.#send({ key, room: this.name, text });
  }

  /** Takes back what could not be sent. @param {Outgoing} outgoing */
  takeBack(outgoing) {
    this.#outbox.remove(outgoing.key);
    this.#settle(outgoing.key);
  }

  async loadEarlier() {
    const { messages } = await this.#parley.history(this.channel, { before: this.messages[0]?.offset, limit: HISTORY });
    const earlier = messages.filter(({ offset }) => offset < (this.messages[0]?.offset ?? Infinity)).reverse();
    this.messages.unshift(...earlier);
    this.emit('earlier', earlier);
  }

  read() {
    this.unread = 0;
    this.emit('unread', 0);
  }

  /** @param {import('./outbox.js').Draft} draft */
  async #send({ key, text }) {
    const outgoing = /** @type {Outgoing} */ ({ key, room: this.name, text, status: 'sending' });
    this.outgoing.set(key, outgoing);
    this.#outbox.add(outgoing);
    this.emit('outgoing', outgoing);
    this.#meter.sent();
    try {
      await this.#parley.publish(this.channel, { text, key }, { key });
      this.#meter.acknowledged();
      this.#outbox.remove(key);
      this.#become(outgoing, 'sent');
    } catch (thrown) {
      this.#become(outgoing, 'failed', /** @type {ParleyError} */ (thrown));
    }
  }

  /** @param {Outgoing} outgoing @param {Outgoing['status']} status @param {ParleyError} [error] */
  #become(outgoing, status, error) {
    if (this.outgoing.get(outgoing.key) !== outgoing) return;
    Object.assign(outgoing, { status, error });
    this.emit('outgoing', outgoing);
  }

  /** @param {DeliveredMessage} message */
  #take(message) {
    if (this.isMine(message) && message.data?.key) this.#settle(message.data.key);
    this.messages.push(message);
    if (this.messages.length > KEPT) this.messages.splice(0, this.messages.length - KEPT);
    this.emit('message', message);
    if (this.visible || message.via === 'history') return;
    this.unread++;
    this.emit('unread', this.unread);
  }

  /** @param {string} key */
  #settle(key) {
    const outgoing = this.outgoing.get(key);
    if (outgoing && this.outgoing.delete(key)) this.emit('settled', outgoing);
  }

  /** Messages are missing for good: what is on the screen is replaced by what the server has. */
  async #reload() {
    try {
      await this.#replace();
    } catch {
      // What is on the screen stays; what follows goes on behind it.
    }
  }

  async #replace() {
    const { messages } = await this.#parley.history(this.channel, { limit: HISTORY });
    const known = new Set(messages.map(({ messageId }) => messageId));
    const since = this.messages.filter(({ messageId, offset }) => !known.has(messageId) && offset > (messages[0]?.offset ?? 0));
    this.messages = [...messages.reverse(), ...since];
    this.emit('earlier', []);
  }
}
