import { userOf } from './claims.js';
import { Emitter } from './emitter.js';
import { ParleyError } from './errors.js';

/**
 * @typedef {import('./parley.js').Parley} Parley
 * @typedef {import('./timeline.js').Timeline} Timeline
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Publication} Publication
 * @typedef {import('./types.js').Published} Published
 *
 * `sending`: not answered yet. `sent`: the server has it; when it is its author's own, the server's version may still be under way.
 * `failed`: the server will not have it, or nobody sends it any more; `error` says why.
 * @typedef {'sending' | 'sent' | 'failed'} EntryState
 *
 * @typedef {object} Entry
 * @property {string} id stays the same when the server's version takes the place of the local one
 * @property {EntryState} state
 * @property {any} data
 * @property {Message} [message] the server's version, once it is here
 * @property {Publication} [publication] of a local one
 * @property {ParleyError} [error]
 *
 * @typedef {{publication: Publication, after: number, state: EntryState, error?: ParleyError, published?: Published}} Outgoing
 *
 * @typedef {object} StoreEvents
 * @property {MessageStore} change
 */

/** So many local ones at a time: those that have failed wait for the application. */
const LIMIT = 500;
/** Of so many messages it is remembered under which key they were sent. */
const KEYS_LIMIT = 1_000;

/**
 * A channel as its author sees it: the messages of a `Timeline`, and behind them at once what is being sent.
 *
 * Guarantees: each message is there once. The server's version takes the place of the local one by the key under which it was sent,
 * which the server's answer ties to a message; contents are never compared. While one's own message is under way, what arrives in
 * one's own name waits for that answer, for it may be the same. Does not guarantee that for what an earlier life of the page had
 * sent: such a message may be there twice until the server has answered again.
 * @extends {Emitter<StoreEvents>}
 */
export class MessageStore extends Emitter {
  /** @type {Map<string, Outgoing>} by key */
  #outgoing = new Map();
  /** @type {Map<string, string>} the key by message id */
  #keys = new Map();
  #parley;
  #timeline;
  #me;
  #kept;
  /** @type {Array<() => void>} */
  #stops;

  /**
   * @param {Parley} parley
   * @param {Timeline} timeline of a channel that is stored
   * @param {{me?: string, kept?: import('./kept-queue.js').KeptQueue}} [options] `me`: your user id, else that of the connection.
   *   `kept`: what it finds from an earlier life of the page is shown as well, and it forgets what is discarded
   */
  constructor(parley, timeline, { me, kept } = {}) {
    super();
    this.#parley = parley;
    this.#timeline = timeline;
    this.#me = me;
    this.#kept = kept;
    this.#stops = [timeline.on('change', () => this.#changed())];
    if (!kept) return;
    this.#stops.push(kept.on('restored', (restored) => this.#restore(restored)));
    for (const restored of kept.restored.values()) this.#restore(restored);
  }

  /** In the order of the log, then what is not in it yet in the order of the calls. @returns {Entry[]} */
  get entries() {
    this.#settle();
    const sending = [...this.#outgoing.values()].filter(({ state }) => state === 'sending');
    const after = Math.min(...sending.map((outgoing) => outgoing.after));
    const shown = this.#timeline.messages.filter((message) => !this.#waits(message, after));
    return [...shown.map((message) => this.#stored(message)), ...[...this.#outgoing.values()].map(local)];
  }

  /**
   * Publishes; it is in `entries` from now on.
   * @param {any} data any JSON value
   * @param {import('./parley.js').PublishOptions} [options]
   * @returns {string} the entry's id
   * @throws {ParleyError} `queue_full`: too many are on their way, or have failed and wait
   */
  send(data, { key = this.#parley.platform.newKey(), ...options } = {}) {
    if (this.#outgoing.size >= LIMIT) throw new ParleyError('queue_full', `${LIMIT} messages are on their way already`);
    const publication = { ...options, channel: this.#timeline.channel, data, key };
    const after = this.#timeline.position?.offset ?? Infinity;
    this.#follow({ publication, after, state: 'sending' }, this.#publish(publication));
    return key;
  }

  /** Sends one that has failed again, under its key. @param {string} id @returns {boolean} whether there is such a one */
  retry(id) {
    const failed = this.#failed(id);
    if (failed) this.#follow({ ...failed, state: 'sending', error: undefined }, this.#publish(failed.publication));
    return !!failed;
  }

  /** Gives one that has failed back to the application. @param {string} id @returns {Publication | null} */
  discard(id) {
    const failed = this.#failed(id);
    if (!failed) return null;
    this.#outgoing.delete(id);
    this.#kept?.forget(id);
    this.emit('change', this);
    return failed.publication;
  }

  /** Hears nothing more; what is on its way is still sent. */
  close() {
    for (const stop of this.#stops) stop();
  }

  /** @param {Publication} publication */
  #publish({ channel, data, ...options }) {
    return this.#parley.publish(channel, data, options);
  }

  /** @param {import('./kept-queue.js').Restored} restored */
  #restore({ publication, published }) {
    const mine = publication.channel === this.#timeline.channel && !this.#outgoing.has(publication.key);
    if (mine) this.#follow({ publication, after: Infinity, state: 'sending' }, published);
  }

  /** @param {Outgoing} outgoing @param {Promise<Published>} answer */
  async #follow(outgoing, answer) {
    const { key } = outgoing.publication;
    this.#outgoing.set(key, outgoing);
    this.emit('change', this);
    try {
      outgoing.published = await answer;
      outgoing.state = 'sent';
      this.#remember(outgoing.published.messageId, key);
    } catch (thrown) {
      outgoing.state = 'failed';
      outgoing.error = ParleyError.from(thrown);
    }
    this.#changed();
  }

  /** @param {string} messageId @param {string} key */
  #remember(messageId, key) {
    this.#keys.set(messageId, key);
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > KEYS_LIMIT) this.#keys.delete(oldest);
  }

  #changed() {
    this.#settle();
    this.emit('change', this);
  }

  /** What has arrived, or is too old to be shown, is not local any more. */
  #settle() {
    for (const [key, { published }] of this.#outgoing) if (published && this.#arrived(published)) this.#outgoing.delete(key);
  }

  /** A timeline that is past its place without having it has let it go. @param {Published} published */
  #arrived({ messageId, epoch, offset }) {
    const { position, begun } = this.#timeline;
    const past = begun && position?.epoch === epoch && position.offset >= offset;
    return past || !!this.#timeline.get(messageId);
  }

  /** May it be one of those that are being sent, of which the first can only be behind that offset? @param {Message} message @param {number} after */
  #waits({ user, messageId, offset }, after) {
    return offset > after && !this.#keys.has(messageId) && !!user && user.id === this.#myself();
  }

  #myself() {
    return this.#me ?? this.#parley.info?.user?.id ?? userOf(this.#parley.context.tokens.last);
  }

  /** @param {Message} message @returns {Entry} */
  #stored(message) {
    return { id: this.#keys.get(message.messageId) ?? message.messageId, state: 'sent', data: message.data, message };
  }

  /** @param {string} id */
  #failed(id) {
    const outgoing = this.#outgoing.get(id);
    return outgoing?.state === 'failed' ? outgoing : null;
  }
}

/** @param {Outgoing} outgoing @returns {Entry} */
function local({ publication, state, error }) {
  return { id: publication.key, state, data: publication.data, publication, error };
}
