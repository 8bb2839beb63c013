import { Backoff } from './backoff.js';
import { Emitter } from './emitter.js';
import { ParleyError } from './errors.js';
import { platform as platformOf } from './platform.js';

/**
 * @template T
 * @typedef {object} PollingEvents
 * @property {T} value an answer
 * @property {ParleyError} error it is asked again, unless the error says that this is of no use
 */

/**
 * @typedef {object} PollingOptions
 * @property {number} [intervalMs] from an answer to the next question, unless the answer advises otherwise
 * @property {() => boolean} [hidden] whether nobody looks
 * @property {Partial<import('./platform.js').Platform>} [platform] what the surroundings lack
 */

const INTERVAL_MS = 5_000;

/**
 * Asks again and again for what no channel tells: one question at a time, none while the page is hidden, at once when it is
 * seen again, less often while there are errors, and at the server's pace where it names one (`retryAfterMs`).
 * @template T
 * @extends {Emitter<PollingEvents<T>>}
 */
export class Polling extends Emitter {
  #ask;
  #intervalMs;
  #hidden;
  #platform;
  #backoff;
  #running = false;
  #busy = false;
  /** What the server has said about when it may be asked. */
  #earliest = 0;
  /** @type {any} */
  #timer = null;
  #stopWaking = () => {};

  /**
   * @param {() => Promise<T>} ask such as `() => parley.call('conversations')`
   * @param {PollingOptions} [options]
   */
  constructor(ask, { intervalMs = INTERVAL_MS, hidden = isPageHidden, platform } = {}) {
    super();
    this.#ask = ask;
    this.#intervalMs = intervalMs;
    this.#hidden = hidden;
    this.#platform = platformOf(platform);
    this.#backoff = new Backoff({ random: this.#platform.random });
  }

  /** Asks at once, and goes on until `stop`. */
  start() {
    if (this.#running) return;
    this.#running = true;
    this.#stopWaking = this.#platform.onWake(() => this.now());
    this.now();
  }

  /** An answer that is still to come is not told. */
  stop() {
    this.#running = false;
    this.#platform.clearTimeout(this.#timer);
    this.#stopWaking();
  }

  /** Asks now instead of at the next turn, unless a question is under way or the server wants to be left alone. */
  now() {
    const early = this.#earliest - this.#platform.now();
    if (this.#busy || !this.#running) return;
    if (early > 0) this.#next(early);
    else if (!this.#hidden()) this.#turn();
  }

  async #turn() {
    this.#busy = true;
    this.#platform.clearTimeout(this.#timer);
    const wait = await this.#question();
    this.#busy = false;
    if (this.#running && wait !== null) this.#next(wait);
  }

  /** @returns {Promise<number | null>} how long to wait, ms; null when asking is of no use any more */
  async #question() {
    try {
      const value = await this.#ask();
      this.#backoff.reset();
      const advice = /** @type {any} */ (value)?.retryAfterMs;
      this.#heed(advice);
      if (this.#running) this.emit('value', value);
      return advice ?? this.#intervalMs;
    } catch (thrown) {
      return this.#failed(ParleyError.from(thrown));
    }
  }

  /** @param {ParleyError} error */
  #failed(error) {
    const final = !error.retryable && error.code !== 'client_error';
    this.#heed(error.retryAfterMs);
    if (this.#running) this.emit('error', error);
    if (final) this.stop();
    return final ? null : Math.max(error.retryAfterMs ?? this.#intervalMs, this.#backoff.next());
  }

  /** @param {number | undefined} ms */
  #heed(ms) {
    this.#earliest = ms ? this.#platform.now() + ms : 0;
  }

  /** @param {number} ms */
  #next(ms) {
    this.#platform.clearTimeout(this.#timer);
    this.#timer = this.#platform.setTimeout(() => this.now(), ms);
  }
}

function isPageHidden() {
  return globalThis.document?.visibilityState === 'hidden';
}
