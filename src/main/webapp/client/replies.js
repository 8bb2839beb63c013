import { ParleyError, connectionLost } from './errors.js';

/** @typedef {{resolve: (reply: any) => void, reject: (error: ParleyError) => void, timer: any}} Waiting */

const TIMEOUT_MS = 15_000;

/** Commands that wait for the reply with their id. */
export class Replies {
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();
  #lastId = 0;
  #platform;

  /** @param {import('./platform.js').Platform} platform */
  constructor(platform) {
    this.#platform = platform;
  }

  /**
   * @param {number} [timeoutMs]
   * @returns {{id: number, reply: Promise<any>}}
   */
  expect(timeoutMs = TIMEOUT_MS) {
    const id = ++this.#lastId;
    const reply = new Promise((resolve, reject) => {
      const timer = this.#platform.setTimeout(() => this.#expire(id), timeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
    });
    return { id, reply };
  }

  /**
   * @param {import('./types.js').Push} frame
   * @returns {boolean} whether somebody waited for it
   */
  take(frame) {
    const waiting = this.#remove(frame.id);
    if (!waiting) return false;
    if (frame.type === 'error') waiting.reject(ParleyError.fromFrame(frame));
    else waiting.resolve(frame);
    return true;
  }

  /** The connection is gone. */
  abandon() {
    for (const id of [...this.#waiting.keys()]) this.#remove(id)?.reject(connectionLost());
  }

  /** @param {number} id */
  #expire(id) {
    this.#remove(id)?.reject(new ParleyError('timeout', 'the server did not reply in time', { retryable: true }));
  }

  /** @param {number} id */
  #remove(id) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting) this.#platform.clearTimeout(waiting.timer);
    return waiting;
  }
}
