/**
 * @typedef {import('./types.js').Publication} Publication
 *
 * One message as it is stored. `owner` is the page that sends it; `at` and `n` put messages in the order of their calls.
 * @typedef {{v: 1, at: number, n: number, owner: string, publication: Publication}} Item
 */

/** An origin has some five million characters for everything; most of that is the application's. */
const LIMIT = 1_000_000;

/** One person's messages in a storage, each an item of its own, so that tabs do not overwrite each other's. */
export class KeptItems {
  #storage;
  #prefix;

  /**
   * @param {import('./platform-extras.js').KeyValueStorage} storage
   * @param {string} prefix of the names
   */
  constructor(storage, prefix) {
    this.#storage = storage;
    this.#prefix = prefix;
  }

  /** In the order of their calls. @returns {{items: Item[], unreadable: string[]}} */
  read() {
    /** @type {Item[]} */
    const items = [];
    const unreadable = [];
    for (const name of this.#names()) {
      const item = parse(this.#storage.getItem(name));
      if (item && name === this.#nameOf(item)) items.push(item);
      else unreadable.push(name);
    }
    return { items: items.sort((a, b) => a.at - b.at || a.n - b.n), unreadable };
  }

  /** @param {Item} item @throws when there is no room */
  write(item) {
    const name = this.#nameOf(item);
    const text = JSON.stringify(item);
    const others = this.#names().filter((other) => other !== name);
    const used = others.reduce((sum, other) => sum + (this.#storage.getItem(other)?.length ?? 0), 0);
    if (used + text.length > LIMIT) throw new Error(`more than ${LIMIT} characters would be stored`);
    this.#storage.setItem(name, text);
  }

  /** @param {string} key */
  remove(key) {
    this.#storage.removeItem(this.#prefix + key);
  }

  #names() {
    const names = Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index) ?? '');
    return names.filter((name) => name.startsWith(this.#prefix));
  }

  /** @param {Item} item */
  #nameOf({ publication }) {
    return this.#prefix + publication.key;
  }
}

/** @param {string | null} text @returns {Item | null} null: it is not ours, or broken, or from a later version */
function parse(text) {
  try {
    const item = JSON.parse(text ?? '');
    const { channel, key } = item.publication;
    const good = item.v === 1 && Number.isFinite(item.at) && Number.isFinite(item.n) && typeof item.owner === 'string';
    return good && typeof channel === 'string' && typeof key === 'string' ? item : null;
  } catch {
    return null;
  }
}
