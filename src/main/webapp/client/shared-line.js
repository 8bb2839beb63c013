/**
 * What tabs and the hub say to each other. A tab has one line; each of its transports is a `link` on it.
 *
 * @typedef {{type: string, link?: string, id?: number, [field: string]: any}} Word
 * @typedef {(word: Word) => void} Say
 */

/** Longer than this nobody waits for a hub: a connection of one's own is better. */
const HELLO_MS = 3_000;

/** A tab's end of the way to a hub. */
export class Line {
  #say;
  #hello;
  #platform;
  /** @type {Map<string, Say>} */
  #links = new Map();
  /** @type {(there: boolean) => void} */
  #answer = () => {};
  /** @type {Promise<boolean> | null} */
  #asking = null;

  /**
   * @param {Say} say to the hub
   * @param {Word} hello who we are
   * @param {import('./platform.js').Platform} platform
   */
  constructor(say, hello, platform) {
    this.#say = say;
    this.#hello = hello;
    this.#platform = platform;
  }

  /** Is a hub at the other end? */
  alive() {
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  /** @param {Word} word */
  say(word) {
    this.#say(word);
  }

  /** @param {Word} word from the hub */
  hear(word) {
    if (word.type === 'welcome') this.#answer(true);
    else this.#links.get(word.link ?? '')?.(word);
  }

  /** @param {string} link @param {Say} hear */
  add(link, hear) {
    this.#links.set(link, hear);
  }

  /** @param {string} link */
  remove(link) {
    this.#links.delete(link);
  }

  /** The other end is gone. */
  break() {
    this.#answer(false);
    for (const hear of [...this.#links.values()]) hear({ type: 'broken' });
  }

  /** @returns {Promise<boolean>} */
  async #ask() {
    /** @type {any} */
    let timer;
    const there = new Promise((resolve) => {
      this.#answer = resolve;
      timer = this.#platform.setTimeout(() => resolve(false), HELLO_MS);
    });
    this.#say(this.#hello);
    const answer = await there;
    this.#platform.clearTimeout(timer);
    return answer;
  }
}

/** As it travels. @param {import('./errors.js').ParleyError} error */
export function plain({ code, message, retryable, retryAfterMs, status }) {
  return { code, message, retryable, retryAfterMs, status };
}
