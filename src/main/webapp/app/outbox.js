/**
 * @typedef {{key: string, channel: string, text: string, replyTo?: string, mentions?: string[]}} Letter
 */

/**
 * What has been written and is not known to be stored. It outlives a reload of the page: what is found here then is
 * sent again under its key, which the server recognises if it had stored it after all.
 */
export class Outbox {
  #name;
  /** @type {Map<string, Letter>} */
  #letters;

  /** @param {string} user */
  constructor(user) {
    this.#name = `parley.outbox.${user}`;
    this.#letters = new Map(read(this.#name).map((letter) => [letter.key, letter]));
  }

  /** @param {string} channel @returns {Letter[]} */
  of(channel) {
    return [...this.#letters.values()].filter((letter) => letter.channel === channel);
  }

  channels() {
    return [...new Set([...this.#letters.values()].map(({ channel }) => channel))];
  }

  /** @param {Letter} letter */
  add({ key, channel, text, replyTo, mentions }) {
    this.#letters.set(key, { key, channel, text, replyTo, mentions });
    this.#write();
  }

  /** @param {string} key */
  remove(key) {
    if (this.#letters.delete(key)) this.#write();
  }

  #write() {
    try {
      sessionStorage.setItem(this.#name, JSON.stringify([...this.#letters.values()]));
    } catch {
      // Storage is full or denied: the messages still live in this page.
    }
  }
}

/** @param {string} name @returns {Letter[]} */
function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? '[]').filter((/** @type {any} */ { channel }) => typeof channel === 'string');
  } catch {
    return [];
  }
}
