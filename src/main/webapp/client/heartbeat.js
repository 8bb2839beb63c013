/**
 * Watches a connection that may fall silent without ending, as it does behind a NAT that has forgotten it or after a
 * laptop has slept. A browser sees neither the server's WebSocket pings nor the comments of an event stream, so after
 * a time without anything the other end is asked.
 */
export class Heartbeat {
  #platform;
  #probe;
  #dead;
  #silenceMs = 0;
  #lastSign = 0;
  /** @type {any} */
  #timer = null;
  #probing = false;

  /**
   * @param {import('./platform.js').Platform} platform
   * @param {() => Promise<unknown>} probe asks the other end; fails when no answer comes
   * @param {() => void} dead
   */
  constructor(platform, probe, dead) {
    this.#platform = platform;
    this.#probe = probe;
    this.#dead = dead;
  }

  /** @param {number} silenceMs without a sign of life after which the other end is asked */
  start(silenceMs) {
    this.stop();
    this.#silenceMs = silenceMs;
    this.touch();
    this.#watch(silenceMs);
  }

  /** A sign of life. */
  touch() {
    this.#lastSign = this.#platform.now();
  }

  stop() {
    this.#silenceMs = 0;
    this.#platform.clearTimeout(this.#timer);
  }

  /** Asks now. */
  async check() {
    if (this.#probing || !this.#silenceMs) return;
    this.#probing = true;
    try {
      await this.#probe();
      this.touch();
    } catch {
      if (this.#silenceMs) this.#dead();
    } finally {
      this.#probing = false;
    }
  }

  /** @param {number} ms */
  #watch(ms) {
    this.#timer = this.#platform.setTimeout(async () => {
      const left = this.#lastSign + this.#silenceMs - this.#platform.now();
      if (left <= 0) await this.check();
      if (this.#silenceMs) this.#watch(left > 0 ? left : this.#silenceMs);
    }, ms);
  }
}
