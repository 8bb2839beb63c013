import { Emitter } from '../client/emitter.js';
import { deleteMessage, react, removeReaction, updateMessage } from '../client/messages.js';
import { randomKey } from '../client/platform.js';
import { presenceIn } from '../client/presence.js';
import { Receipts } from '../client/receipts.js';
import { Timeline } from '../client/timeline.js';
import { Typing } from '../client/typing.js';
import { mentionsIn } from './mentions.js';

/**
 * @typedef {import('../client/types.js').Message} Message
 * @typedef {import('../client/errors.js').ParleyError} ParleyError
 * @typedef {import('./outbox.js').Letter} Letter
 * @typedef {Letter & {status: 'sending' | 'sent' | 'failed', error?: ParleyError}} Outgoing
 *
 * @typedef {object} Surroundings what all conversations of the page share
 * @property {import('../client/parley.js').Parley} parley
 * @property {string} me my user id
 * @property {import('./outbox.js').Outbox} outbox
 * @property {import('./delivery-meter.js').DeliveryMeter} meter
 * @property {import('./people.js').People} people
 *
 * @typedef {object} ConversationEvents
 * @property {null} change of messages, receipts or the subscription
 * @property {Message} news a message that is new at the end
 * @property {Outgoing} outgoing one was added or has changed
 * @property {Outgoing} settled one has come back as a message, or was taken back
 * @property {import('../client/types.js').User[]} typing
 * @property {import('../client/presence.js').Person[]} people
 */

/** So many messages of one conversation are kept; the history has the others. */
const KEPT = 20_000;
const RETRY_MS = 3_000;

/**
 * What one conversation looks like from here: its messages as the server has ordered them, and behind them what is on its way.
 * @extends {Emitter<ConversationEvents>}
 */
export class Conversation extends Emitter {
  /** @type {Map<string, Outgoing>} by key */
  outgoing = new Map();
  #around;
  #subscription;
  #timeline;
  #typing;
  #begun = false;

  /** @param {string} channel @param {Surroundings} around */
  constructor(channel, around) {
    super();
    this.channel = channel;
    this.#around = around;
    const { parley, me, outbox } = around;
    this.#subscription = parley.subscribe(channel);
    this.#timeline = new Timeline(parley, channel, { me, limit: KEPT });
    this.receipts = new Receipts(parley, channel);
    /** Who reads a direct conversation is not known. */
    this.presence = channel.startsWith('room:') ? presenceIn(parley, channel) : null;
    this.#typing = new Typing(parley, channel);
    this.#listen();
    this.#begin();
    for (const letter of outbox.of(channel)) this.#send(letter);
  }

  #listen() {
    this.#timeline.on('change', () => this.#changed());
    this.#timeline.on('message', (message) => this.#news(message));
    this.receipts.on('change', () => this.emit('change', null));
    this.presence?.on('change', (people) => {
      people.forEach((person) => this.#around.people.meet(person));
      this.emit('people', people);
    });
    this.#typing.on('change', (people) => this.emit('typing', people));
    this.#subscription.on('state', () => this.#begin());
  }

  get state() {
    return this.#subscription.state;
  }

  get messages() {
    return this.#timeline.messages;
  }

  /** Is there more before the first message? */
  get more() {
    return this.#timeline.more;
  }

  get typing() {
    return this.#typing.people;
  }

  /** Undefined until the server has said it. */
  get unread() {
    return this.receipts.unread;
  }

  /** @param {string} messageId */
  get(messageId) {
    return this.#timeline.get(messageId);
  }

  /** @param {Message} message */
  isMine(message) {
    return message.user?.id === this.#around.me;
  }

  input() {
    this.#typing.input();
  }

  earlier() {
    return this.#timeline.earlier();
  }

  /** @param {string} text @param {string} [replyTo] */
  say(text, replyTo) {
    const mentions = mentionsIn(text, this.#around.people.all);
    this.#send({ key: randomKey(), channel: this.channel, text, replyTo, mentions });
  }

  /** @param {Outgoing} outgoing */
  retry({ key, channel, text, replyTo, mentions }) {
    this.#send({ key, channel, text, replyTo, mentions });
  }

  /** Takes back what could not be sent. @param {Outgoing} outgoing */
  takeBack(outgoing) {
    this.#around.outbox.remove(outgoing.key);
    this.#settle(outgoing.key);
  }

  /** @param {Message} message @param {string} text */
  edit({ messageId, data, edited, offset }, text) {
    const changed = typeof data === 'string' ? text : { ...data, text };
    return updateMessage(this.#around.parley, this.channel, messageId, changed, { version: edited?.version ?? offset });
  }

  /** @param {Message} message */
  remove({ messageId }) {
    return deleteMessage(this.#around.parley, this.channel, messageId);
  }

  /** Once more takes it back. @param {Message} message @param {string} sign */
  react({ messageId, reactions = [] }, sign) {
    const mine = reactions.some(({ reaction, mine: own }) => reaction === sign && own);
    return (mine ? removeReaction : react)(this.#around.parley, this.channel, messageId, sign);
  }

  /** There is no hole between the page and what is pushed when the page is read behind the subscription. */
  async #begin() {
    this.emit('change', null);
    if (this.state !== 'subscribed' || this.#begun) return;
    this.#begun = true;
    try {
      await this.#timeline.begin();
      this.#around.meter.loaded(this.channel, this.#subscription.position);
      this.receipts.load().catch(() => {});
    } catch {
      this.#begun = false;
      setTimeout(() => this.#begin(), RETRY_MS);
    }
  }

  #changed() {
    const { outgoing, messages } = this;
    if (outgoing.size > 0) for (const { data } of messages.slice(-1_000)) if (outgoing.has(data?.key)) this.#settle(data.key);
    if (!this.#begun || messages.length <= 50) messages.forEach(({ user }) => this.#around.people.meet(user));
    this.emit('change', null);
  }

  /** @param {Message} message */
  #news(message) {
    this.#around.people.meet(message.user);
    this.emit('news', message);
  }

  /** @param {Letter} letter */
  async #send(letter) {
    const { parley, outbox, meter } = this.#around;
    const { key, text, replyTo, mentions } = letter;
    const outgoing = /** @type {Outgoing} */ ({ ...letter, status: 'sending' });
    this.outgoing.set(key, outgoing);
    outbox.add(outgoing);
    this.emit('outgoing', outgoing);
    meter.sent();
    try {
      await parley.publish(this.channel, { text, key }, { key, replyTo, mentions: mentions?.length ? mentions : undefined });
      meter.acknowledged();
      outbox.remove(key);
      this.#become(outgoing, 'sent');
      this.#changed();
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

  /** @param {string} key */
  #settle(key) {
    const outgoing = this.outgoing.get(key);
    if (outgoing && this.outgoing.delete(key)) this.emit('settled', outgoing);
  }
}
