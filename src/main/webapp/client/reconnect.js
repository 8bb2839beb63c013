import { Backoff } from './backoff.js';
import { CloseCode, reactionTo } from './codes.js';
import { ParleyError } from './errors.js';
import { fetchTicket } from './tickets.js';

/**
 * @typedef {import('./types.js').Ending} Ending
 * @typedef {import('./types.js').TransportName} TransportName
 * @typedef {{transport: TransportName, opened: boolean, lastedMs: number}} Life how the connection went that has ended
 */

/** A connection that lasted this long was a good one. */
const STABLE_MS = 10_000;

/** Decides whether, and when, the next connection is tried. */
export class Reconnect {
  #context;
  #chooser;
  #backoff;
  #servedToken = '';
  #drainedAt = 0;

  /**
   * @param {import('./types.js').TransportContext} context
   * @param {import('./transports.js').TransportChooser} chooser
   * @param {{min?: number, max?: number, first?: number}} [backoff]
   */
  constructor(context, chooser, backoff) {
    this.#context = context;
    this.#chooser = chooser;
    this.#backoff = new Backoff({ random: context.platform.random, ...backoff });
  }

  /** The server has accepted the token. */
  served() {
    this.#servedToken = this.#context.tokens.last;
    this.#drainedAt = 0;
  }

  /** The server has asked to come back after this time. @param {number} ms */
  draining(ms) {
    this.#drainedAt = this.#context.platform.now() + ms;
  }

  /**
   * @param {Ending} ending
   * @param {Life} life
   * @returns {Promise<number | null>} milliseconds until the next try, or null for never
   * @throws {ParleyError} when the next try was found to be useless
   */
  async after(ending, life) {
    if (life.lastedMs > STABLE_MS) this.#backoff.reset();
    switch (reactionTo(ending)) {
      case 'stop':
        return this.#hasAged(ending) ? this.#renewed() : null;
      case 'renew':
        return this.#renewed();
      case 'now':
        return life.lastedMs > STABLE_MS ? 0 : this.#backoff.next();
      case 'told':
        return this.#told();
      case 'backoff':
        // A stream ends without a code: what was said before counts.
        if (this.#drainedAt > this.#context.platform.now()) return this.#told();
        // Everybody who was told meets the same refusal.
        if (this.#drainedAt > 0) this.#backoff.skip();
        return this.#patiently(ending, life);
    }
  }

  /** A token that was good once and is refused now has grown old while nobody was connected. @param {Ending} ending */
  #hasAged(ending) {
    return ending.code === CloseCode.INVALID_CREDENTIAL && this.#context.tokens.last === this.#servedToken;
  }

  async #renewed() {
    const { tokens } = this.#context;
    const before = tokens.last;
    try {
      return (await tokens.renew(before)) === before ? null : 0;
    } catch (thrown) {
      const error = ParleyError.from(thrown);
      return error.retryable ? this.#backoff.next() : null;
    }
  }

  #told() {
    const left = this.#drainedAt - this.#context.platform.now();
    return left > 0 ? left : this.#backoff.next();
  }

  /** @param {Ending} ending @param {Life} life */
  async #patiently({ error }, { opened, transport }) {
    if (error) return (error.retryAfterMs ?? 0) + this.#backoff.next();
    if (!opened && !this.#chooser.forced && (await this.#reachable()) && this.#chooser.failed(transport)) return 0;
    return this.#backoff.next();
  }

  /** Do plain requests reach the server, so that it is the transport that fails? A ticket is asked for, for its answer only. */
  async #reachable() {
    try {
      await fetchTicket(this.#context.http);
      return true;
    } catch (thrown) {
      const error = ParleyError.from(thrown);
      if (reactionTo({ code: CloseCode.ABNORMAL, error }) === 'stop') throw error;
      return false;
    }
  }
}
