/** More channels with something begun are nobody's; the oldest is let go. */
const LIMIT = 100;

/**
 * What somebody has begun to write, for each channel. It outlives the page.
 */
export class Drafts {
  #name;
  #storage;

  /**
   * @param {string} user
   * @param {Pick<Storage, 'getItem' | 'setItem'>} storage
   */
  constructor(user, storage) {
    this.#name = `parley.drafts.${user}`;
    this.#storage = storage;
  }

  /** @param {string} channel */
  get(channel) {
    return this.#read().get(channel) ?? '';
  }

  /** @param {string} channel @param {string} text empty: there is none any more */
  set(channel, text) {
    const drafts = this.#read();
    if (!text && !drafts.has(channel)) return;
    drafts.delete(channel);
    if (text) drafts.set(channel, text);
    for (const [oldest] of drafts) {
      if (drafts.size <= LIMIT) break;
      drafts.delete(oldest);
    }
    try {
      this.#storage.setItem(this.#name, JSON.stringify([...drafts]));
    } catch {
      // Storage is full or denied: the draft still lives in the field.
    }
  }

  /** Read each time: another tab may have written. @returns {Map<string, string>} */
  #read() {
    try {
      return new Map(JSON.parse(this.#storage.getItem(this.#name) ?? '[]'));
    } catch {
      return new Map();
    }
  }
}
