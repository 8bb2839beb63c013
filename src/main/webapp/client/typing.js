import { Emitter } from './emitter.js';
import { channelPath } from './paths.js';

/**
 * @typedef {import('./parley.js').Parley} Parley
 * @typedef {import('./types.js').User} User
 *
 * @typedef {object} TypingEvents
 * @property {User[]} change who is typing now
 */

/** The server forgets a writer after five seconds; so it is reminded well before. */
const REPEAT_MS = 3_000;
/** Nobody writes who presses no key for so long. */
const IDLE_MS = 4_000;
/** The word that somebody has stopped may get lost. */
const FORGET_MS = 6_000;
/** The server shows 20 at once; more than a few generations of these are nobody's to read. */
const LIMIT = 100;

/**
 * Who is typing in a channel, and that you are. Subscribes the channel if need be.
 * @extends {Emitter<TypingEvents>}
 */
export class Typing extends Emitter {
  #parley;
  #channel;
  /** @type {Map<string, {user: User, timer: any}>} */
  #writers = new Map();
  #toldAt = -Infinity;
  /** @type {any} */
  #idle = null;
  /** @type {Array<() => void>} */
  #stops;

  /**
   * @param {Parley} parley
   * @param {string} channel of a namespace with typing
   */
  constructor(parley, channel) {
    super();
    this.#parley = parley;
    this.#channel = channel;
    const subscription = parley.subscribe(channel, { watching: ['typing'] });
    this.#stops = [
      subscription.on('push', (push) => push.type === 'typing' && this.#heard(/** @type {any} */ (push))),
      subscription.on('message', ({ user }) => user && this.#said(user.id)),
    ];
  }

  /** Who is typing now, without yourself. */
  get people() {
    return [...this.#writers.values()].map(({ user }) => user);
  }

  /** Call it with each change of what is being written. The others are told at once, and again while it goes on. */
  input() {
    const { clearTimeout, setTimeout, now } = this.#parley.platform;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stop(), IDLE_MS);
    if (now() - this.#toldAt < REPEAT_MS || this.#parley.state !== 'connected') return;
    this.#toldAt = now();
    this.#tell(true);
  }

  /** Call it when the text was thrown away. After a published message it is not needed, but does no harm: that message ends it for all. */
  stop() {
    this.#parley.platform.clearTimeout(this.#idle);
    if (this.#toldAt === -Infinity) return;
    this.#toldAt = -Infinity;
    this.#tell(false);
  }

  /** Hears and says nothing more; the subscription stays. */
  close() {
    this.stop();
    for (const stop of this.#stops) stop();
    for (const { timer } of this.#writers.values()) this.#parley.platform.clearTimeout(timer);
    this.#writers.clear();
  }

  /** A hint that does not get through is not worth an error: the next one will, or it is too late anyway. @param {boolean} typing */
  async #tell(typing) {
    const channel = this.#channel;
    const path = channelPath(channel, 'typing');
    try {
      if (this.#parley.state !== 'connected') return;
      await (this.#parley.command('typing', { channel, typing }) ?? this.#parley.call(path, { method: 'POST', body: { typing } }));
    } catch {
      // The command is answered only when it fails, so running out of time is its success.
    }
  }

  /** What somebody has said they type no more, so the next key is news again. @param {string} id */
  #said(id) {
    this.#remove(id);
    if (id !== this.#parley.info?.user?.id) return;
    this.#parley.platform.clearTimeout(this.#idle);
    this.#toldAt = -Infinity;
  }

  /** @param {{user: User, typing: boolean}} push */
  #heard({ user, typing }) {
    if (!typing) return this.#remove(user.id);
    const { clearTimeout, setTimeout } = this.#parley.platform;
    const before = this.#writers.get(user.id);
    if (!before && this.#writers.size >= LIMIT) return;
    clearTimeout(before?.timer);
    this.#writers.set(user.id, { user, timer: setTimeout(() => this.#remove(user.id), FORGET_MS) });
    if (!before) this.emit('change', this.people);
  }

  /** @param {string} id */
  #remove(id) {
    const writer = this.#writers.get(id);
    if (!writer) return;
    this.#parley.platform.clearTimeout(writer.timer);
    this.#writers.delete(id);
    this.emit('change', this.people);
  }
}
