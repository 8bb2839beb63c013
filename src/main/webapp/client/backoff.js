/**
 * Waiting times with full jitter: each is drawn evenly from a window that doubles with every failure.
 *
 * The first window is wide on purpose. When a node dies, all its clients fall into that window at the same
 * moment, and a narrow one would bring them back as a wave.
 */
export class Backoff {
  #failures = 0;

  /**
   * @param {object} [options]
   * @param {number} [options.min] no wait is shorter, ms
   * @param {number} [options.max] no wait is longer, ms
   * @param {number} [options.first] upper end of the first window, ms
   * @param {() => number} [options.random] 0 (inclusive) to 1 (exclusive)
   */
  constructor({ min = 500, max = 20_000, first = 6_000, random = Math.random } = {}) {
    this.min = min;
    this.max = Math.max(min, max);
    this.first = first;
    this.random = random;
  }

  /** @returns {number} milliseconds to wait before the next try */
  next() {
    const window = Math.min(this.max, this.first * 2 ** Math.min(this.#failures, 16));
    this.#failures++;
    return Math.round(this.min + this.random() * Math.max(0, window - this.min));
  }

  /** The first window is passed over: others that have come from the same node are in it. */
  skip() {
    this.#failures = Math.max(1, this.#failures);
  }

  reset() {
    this.#failures = 0;
  }
}
