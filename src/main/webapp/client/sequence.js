import { compare } from './positions.js';

/**
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Position} Position
 * @typedef {import('./types.js').Via} Via
 * @typedef {'next' | 'duplicate' | 'gap' | 'other-epoch' | 'held'} Outcome
 */

/** More than this is not held: what is dropped shows up as a gap afterwards and is fetched. */
const HELD_LIMIT = 1_000;

/**
 * One channel's messages in their one order. It delivers a message only if it continues the position, and moves the
 * position with it; so whatever a transport loses, repeats or reorders, the application sees each message once.
 *
 * While something is being fetched it is put on hold: what is pushed meanwhile waits, and is sorted out by `release`.
 */
export class Sequence {
  /** @type {Position | null} */
  #position = null;
  /** @type {Message[]} */
  #held = [];
  #holding = false;
  #deliver;

  /**
   * @param {Position | null} position
   * @param {(message: Message, via: Via) => void} deliver
   */
  constructor(position, deliver) {
    this.#position = position;
    this.#deliver = deliver;
  }

  get position() {
    return this.#position;
  }

  /**
   * @param {Message} message as pushed
   * @returns {Outcome}
   */
  offer(message) {
    if (typeof message.offset !== 'number') return this.#pass(message);
    if (this.#holding || !this.#position) return this.#hold(message);
    const outcome = compare(this.#position, message);
    if (outcome === 'next') this.#advance(message, 'live');
    return outcome;
  }

  /** From now on pushed messages wait. */
  hold() {
    this.#holding = true;
  }

  /** On hold, and what waits is forgotten: it came over a connection that is gone. */
  suspend() {
    this.#holding = true;
    this.#held = [];
  }

  /**
   * Delivers what the server vouches for as complete, leaving out what is known.
   * @param {Message[]} messages in order
   * @param {Via} via
   * @returns {number} how many were new
   */
  fill(messages, via) {
    let count = 0;
    for (const message of messages) {
      const outcome = this.#position ? compare(this.#position, message) : 'next';
      if (outcome === 'duplicate') continue;
      this.#advance(message, via);
      count++;
    }
    return count;
  }

  /** @param {Position} position where the live stream continues */
  moveTo({ epoch, offset }) {
    this.#position = { epoch, offset };
  }

  /** As `moveTo`, but never back. @param {Position} position of the same epoch */
  reach({ epoch, offset }) {
    this.#position = { epoch, offset: Math.max(offset, this.#position?.offset ?? 0) };
  }

  /**
   * Ends the hold and sorts out what waited.
   * @returns {Message | null} the first message that does not follow, if there is one
   */
  release() {
    this.#holding = false;
    const held = this.#held;
    this.#held = [];
    let stray = null;
    for (const message of held) {
      const outcome = this.offer(message);
      if (outcome === 'gap' || outcome === 'other-epoch') stray ??= message;
    }
    return stray;
  }

  /** @param {Message} message @returns {Outcome} */
  #pass(message) {
    this.#deliver(message, 'live');
    return 'next';
  }

  /** @param {Message} message @returns {Outcome} */
  #hold(message) {
    if (this.#held.length < HELD_LIMIT) this.#held.push(message);
    return 'held';
  }

  /** @param {Message} message @param {Via} via */
  #advance(message, via) {
    this.#position = { epoch: message.epoch, offset: message.offset };
    this.#deliver(message, via);
  }
}
