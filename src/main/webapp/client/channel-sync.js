import { Backoff } from './backoff.js';
import { ParleyError } from './errors.js';
import { missingAt } from './history.js';
import { isBehind } from './positions.js';
import { Sequence } from './sequence.js';

/**
 * @typedef {import('./types.js').Position} Position
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Via} Via
 * @typedef {import('./types.js').JoinReply} JoinReply
 * @typedef {import('./types.js').Transport} Transport
 *
 * @typedef {object} SyncListener
 * @property {() => void} subscribed
 * @property {(message: Message, via: Via) => void} message
 * @property {(count: number) => void} recovered
 * @property {(position: Position) => void} reload
 * @property {(message: Message) => void} duplicate
 * @property {(from: Position, to: Message) => void} gap
 * @property {(error: ParleyError) => void} refused
 */

/** How long a stream may take to bring what it has announced. */
const FOLLOW_MS = 3_000;

/**
 * Keeps one channel in step with the server: subscribes it on whatever transport there is, sees gaps and closes them,
 * and tells when one cannot be closed.
 */
export class ChannelSync {
  #channel;
  #history;
  #platform;
  #listener;
  #backoff;
  #sequence;
  /** @type {Transport | null} */
  #transport = null;
  /** Answers to an earlier attempt are void. */
  #attempt = 0;
  #working = false;
  /** @type {any} */
  #timer = null;
  /** @type {Position | null} how far the server said it had got, as long as that has not been looked into */
  #head = null;
  /** @type {{until: number, count: number} | null} what a stream brings up to here was missed before */
  #catchUp = null;
  /** A new stream goes on where an earlier one ended; one that is opened again because of other channels has missed nothing. */
  #resuming = false;
  /** @type {Position | null} where the last attempt began */
  #begun = null;
  #watching;
  /** The attempt that is under way does not ask for all that is wanted by now. */
  #outdated = false;

  /**
   * @param {string} channel
   * @param {{recover?: Position, history?: number, watching: ReadonlySet<import('./types.js').Watch>}} options
   * @param {import('./platform.js').Platform} platform
   * @param {SyncListener} listener
   */
  constructor(channel, { recover, history, watching }, platform, listener) {
    this.#channel = channel;
    this.#watching = watching;
    this.#history = history;
    this.#platform = platform;
    this.#listener = listener;
    this.#backoff = new Backoff({ random: platform.random });
    this.#sequence = new Sequence(recover ?? null, (message, via) => this.#deliver(message, via));
    this.#sequence.hold();
  }

  get position() {
    return this.#sequence.position;
  }

  get history() {
    return this.#history;
  }

  /** Subscribes. @param {Transport} transport */
  join(transport) {
    this.#transport = transport;
    this.#synchronize();
  }

  /** The transport brings the channel by itself and will say how far it is. @param {Transport} transport */
  follow(transport) {
    this.#resuming = true;
    this.#transport = transport;
  }

  /** Something else is wanted from now on. @param {import('./types.js').Watch} what */
  watch(what) {
    if (!this.#transport || this.#transport.watch(what)) return;
    this.#outdated = this.#working;
    this.#synchronize();
  }

  /** The transport is gone. */
  suspend() {
    this.#transport = null;
    this.#attempt++;
    this.#working = this.#resuming = false;
    this.#head = this.#catchUp = this.#begun = null;
    this.#platform.clearTimeout(this.#timer);
    this.#sequence.suspend();
  }

  /** @param {Message} message as pushed */
  pushed(message) {
    const before = this.#sequence.position;
    const outcome = this.#sequence.offer(message);
    if (outcome === 'duplicate') this.#listener.duplicate(message);
    if (outcome === 'gap' || outcome === 'other-epoch') this.#noticeGap(before, message);
  }

  /**
   * The server says how far it has got.
   * @param {Position} head
   * @param {{recovered?: boolean, following: boolean}} how
   */
  progressed(head, { recovered, following }) {
    this.#head = head;
    if (this.#working || !this.#transport) return;
    this.#learn(head);
    if (this.#resuming && this.#lacks(head)) this.#catchUp = { until: head.offset, count: 0 };
    this.#resuming = false;
    this.#head = null;
    const attempt = this.#attempt;
    const stray = this.#sequence.release();
    if (attempt !== this.#attempt) return;
    this.#listener.subscribed();
    if (stray || (!(following && recovered !== false) && this.#lacks(head))) this.#synchronize();
    else if (this.#lacks(head)) this.#later(FOLLOW_MS, () => this.#lacks(head) && this.#synchronize());
  }

  async #synchronize() {
    const transport = this.#transport;
    if (this.#working || !transport) return;
    this.#working = true;
    this.#outdated = false;
    this.#begun = this.#sequence.position;
    this.#sequence.hold();
    const attempt = ++this.#attempt;
    try {
      const reply = await transport.join(this.#request());
      const missing = attempt === this.#attempt ? await this.#missing(transport, reply) : null;
      if (attempt === this.#attempt) this.#apply(reply, missing);
    } catch (thrown) {
      if (attempt === this.#attempt) this.#failed(ParleyError.from(thrown));
    }
  }

  /** @param {Transport} transport @param {JoinReply} reply */
  #missing(transport, reply) {
    const read = transport.history.bind(transport);
    return missingAt(read, this.#channel, this.#sequence.position, reply);
  }

  #request() {
    const channel = this.#channel;
    const position = this.#sequence.position;
    /** @type {{presence?: true}} */
    const people = this.#watching.has('presence') ? { presence: true } : {};
    if (!position) return { channel, history: this.#history, ...people };
    return position.epoch ? { channel, recover: position, ...people } : { channel, ...people };
  }

  /**
   * The application may unsubscribe while it is being handed messages; then there is nothing left to do.
   * @param {JoinReply} reply
   * @param {Message[] | null} missing
   */
  #apply(reply, missing) {
    const from = this.#sequence.position;
    const attempt = this.#attempt;
    const count = missing ? this.#sequence.fill(missing, from ? 'recovery' : 'history') : 0;
    if (attempt !== this.#attempt) return;
    if (missing && from) this.#sequence.reach(reply);
    else this.#sequence.moveTo(reply);
    this.#working = false;
    this.#listener.subscribed();
    if (!missing) this.#listener.reload({ epoch: reply.epoch, offset: reply.offset });
    else if (from && count > 0) this.#listener.recovered(count);
    this.#goLive();
  }

  #goLive() {
    const head = this.#head;
    this.#head = null;
    if (head) this.#learn(head);
    const attempt = this.#attempt;
    const stray = this.#sequence.release();
    if (attempt !== this.#attempt) return;
    if (!stray && !this.#outdated && !(head && this.#lacks(head))) return this.#backoff.reset();
    const moved = this.#outdated || this.#sequence.position?.offset !== this.#begun?.offset;
    this.#later(moved ? 0 : this.#backoff.next(), () => this.#synchronize());
  }

  /** Until the next attempt it stays at work: what is pushed meanwhile waits. @param {ParleyError} error */
  #failed(error) {
    if (!error.retryable) return this.#listener.refused(error);
    this.#later(error.retryAfterMs ?? this.#backoff.next(), () => {
      this.#working = false;
      this.#synchronize();
    });
  }

  /** @param {Position | null} position @param {Message} message */
  #noticeGap(position, message) {
    if (position) this.#listener.gap(position, message);
    this.#head = { epoch: message.epoch, offset: message.offset };
    this.#synchronize();
  }

  /** Takes what is not known yet: where a channel is, or that a channel without messages has an epoch. @param {Position} head */
  #learn(head) {
    const position = this.#sequence.position;
    if (!position || (position.epoch === '' && position.offset === head.offset)) this.#sequence.moveTo(head);
  }

  /** @param {Position} head */
  #lacks(head) {
    const position = this.#sequence.position;
    return !!position && isBehind(position, head);
  }

  /** @param {Message} message @param {Via} via */
  #deliver(message, via) {
    const missed = via === 'live' && this.#catchUp && message.offset <= this.#catchUp.until;
    this.#listener.message(message, missed ? 'recovery' : via);
    if (!missed || !this.#catchUp) return;
    this.#catchUp.count++;
    if (message.offset < this.#catchUp.until) return;
    this.#listener.recovered(this.#catchUp.count);
    this.#catchUp = null;
  }

  /** @param {number} ms @param {() => void} act */
  #later(ms, act) {
    this.#platform.clearTimeout(this.#timer);
    this.#timer = this.#platform.setTimeout(act, ms);
  }
}
