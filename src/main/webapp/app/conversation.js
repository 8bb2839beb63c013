import { Emitter } from '../client/emitter.js';
import { MessageStore } from '../client/message-store.js';
import { deleteMessage, react, removeReaction, updateMessage } from '../client/messages.js';
import { presenceIn } from '../client/presence.js';
import { Receipts } from '../client/receipts.js';
import { Timeline } from '../client/timeline.js';
import { Typing } from '../client/typing.js';
import { mentionsIn } from './mentions.js';

/**
 * @typedef {import('../client/types.js').Message} Message
 * @typedef {import('../client/message-store.js').Entry} Entry
 *
 * @typedef {object} Surroundings what all conversations of the page share
 * @property {import('../client/parley.js').Parley} parley
 * @property {string} me my user id
 * @property {import('../client/kept-queue.js').KeptQueue} kept what is on its way, over a reload of the page
 * @property {import('./delivery-meter.js').DeliveryMeter} meter
 * @property {import('./people.js').People} people
 *
 * @typedef {object} ConversationEvents
 * @property {null} change of messages, of what is on its way, of receipts or the subscription
 * @property {Message} news a message that is new at the end
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
  #store;
  #begun = false;
  /** @type {{messages: Message[], outgoing: Entry[]} | null} put in order once for all who look before the next change: a scroll looks often */
  #shown = null;
  /** @type {Set<string>} what is not answered yet, by id */
  #unanswered = new Set();

  /** @param {string} channel @param {Surroundings} around */
  constructor(channel, around) {
    super();
    this.channel = channel;
    this.#around = around;
    const { parley, me, kept } = around;
    this.#subscription = parley.subscribe(channel);
    this.#timeline = new Timeline(parley, channel, { me, limit: KEPT });
    this.#store = new MessageStore(parley, this.#timeline, { me, kept });
    this.receipts = new Receipts(parley, channel);
    /** Who reads a direct conversation is not known. */
    this.presence = channel.startsWith('room:') ? presenceIn(parley, channel) : null;
    this.#typing = new Typing(parley, channel);
    this.#listen();
    this.#changed();
    this.#begin();
  }

  #listen() {
    this.#store.on('change', () => this.#changed());
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
    return this.#view.messages;
  }

  /** Behind the messages: what is on its way, and what could not be sent. */
  get outgoing() {
    return this.#view.outgoing;
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

  /**
   * @param {string} text
   * @param {string} [replyTo]
   * @throws {import('../client/errors.js').ParleyError} when too many are on their way
   */
  say(text, replyTo) {
    const mentions = mentionsIn(text, this.#around.people.all);
    this.#store.send({ text }, { replyTo, mentions: mentions.length > 0 ? mentions : undefined });
  }

  /** Sends again what could not be sent. @param {string} id */
  retry(id) {
    this.#store.retry(id);
  }

  /** Takes back what could not be sent. @param {string} id @returns {any} what it was; undefined when it is not there, or on its way */
  takeBack(id) {
    return this.#store.discard(id)?.data;
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

  get #view() {
    return (this.#shown ??= parted(this.#store.entries));
  }

  #changed() {
    this.#shown = null;
    const { messages } = this;
    this.#meter();
    if (!this.#begun || messages.length <= 50) messages.forEach(({ user }) => this.#around.people.meet(user));
    this.emit('change', null);
  }

  /** Counts what was sent, and what was answered: that is a message now, or will be. */
  #meter() {
    const { meter } = this.#around;
    const states = new Map(this.outgoing.map(({ id, state }) => [id, state]));
    for (const id of this.#unanswered) {
      const state = states.get(id) ?? 'sent';
      if (state !== 'sending') this.#unanswered.delete(id);
      if (state === 'sent') meter.acknowledged();
    }
    for (const [id, state] of states) {
      if (state !== 'sending' || this.#unanswered.has(id)) continue;
      this.#unanswered.add(id);
      meter.sent();
    }
  }

  /** @param {Message} message */
  #news(message) {
    this.#shown = null;
    this.#around.people.meet(message.user);
    this.emit('news', message);
  }
}

/** @param {Entry[]} entries */
function parted(entries) {
  const messages = entries.flatMap(({ message }) => message ?? []);
  return { messages, outgoing: entries.slice(messages.length) };
}
