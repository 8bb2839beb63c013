import { Emitter } from '../client/emitter.js';
import { deleteMessage, react, removeReaction, updateMessage } from '../client/messages.js';
import { presenceIn } from '../client/presence.js';
import { Receipts } from '../client/receipts.js';
import { Timeline } from '../client/timeline.js';
import { Typing } from '../client/typing.js';
import { mentionsIn } from './mentions.js';
import { Sending } from './sending.js';

/**
 * @typedef {import('../client/types.js').Message} Message
 * @typedef {import('./sending.js').Outgoing} Outgoing
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
  #around;
  #subscription;
  #timeline;
  #typing;
  #sending;
  #begun = false;
  /** @type {Message[] | null} put in order once for all who look before the next change: a scroll looks often */
  #messages = null;

  /** @param {string} channel @param {Surroundings} around */
  constructor(channel, around) {
    super();
    this.channel = channel;
    this.#around = around;
    const { parley, me } = around;
    this.#subscription = parley.subscribe(channel);
    this.#timeline = new Timeline(parley, channel, { me, limit: KEPT });
    this.receipts = new Receipts(parley, channel);
    /** Who reads a direct conversation is not known. */
    this.presence = channel.startsWith('room:') ? presenceIn(parley, channel) : null;
    this.#typing = new Typing(parley, channel);
    this.#sending = new Sending(channel, around);
    this.#listen();
    this.#begin();
    this.#sending.resume();
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
    this.#sending.on('outgoing', (outgoing) => this.emit('outgoing', outgoing));
    this.#sending.on('settled', (outgoing) => this.emit('settled', outgoing));
    this.#sending.on('stored', () => this.#changed());
  }

  get state() {
    return this.#subscription.state;
  }

  get messages() {
    return (this.#messages ??= this.#timeline.messages);
  }

  /** What is on its way, by key. */
  get outgoing() {
    return this.#sending.letters;
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
    this.#sending.say(text, replyTo, mentionsIn(text, this.#around.people.all));
  }

  /** @param {Outgoing} outgoing */
  retry(outgoing) {
    this.#sending.retry(outgoing);
  }

  /** Takes back what could not be sent. @param {Outgoing} outgoing */
  takeBack(outgoing) {
    this.#sending.takeBack(outgoing);
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
    this.#messages = null;
    const { outgoing, messages } = this;
    if (outgoing.size > 0) for (const { data } of messages.slice(-1_000)) if (outgoing.has(data?.key)) this.#sending.settle(data.key);
    if (!this.#begun || messages.length <= 50) messages.forEach(({ user }) => this.#around.people.meet(user));
    this.emit('change', null);
  }

  /** @param {Message} message */
  #news(message) {
    this.#messages = null;
    this.#around.people.meet(message.user);
    this.emit('news', message);
  }
}
