/**
 * @typedef {{key: string, room: string, text: string}} Draft
 */

/**
 * What has been written and is not known to be stored. It outlives a reload of the page: what is found here then is
 * sent again under its key, which the server recognises if it had stored it after all.
 */
export class Outbox {
  #name;
  /** @type {Map<string, Draft>} */
  #drafts;

  /** @param {string} user */
  constructor(user) {
    this.#name = `parley.outbox.${user}`;
    this.#drafts = new Map(read(this.#name).map((draft) => [draft.key, draft]));
  }

  /** @param {string} room @returns {Draft[]} */
  of(room) {
    return [...this.#drafts.values()].filter((draft) => draft.room === room);
  }

  rooms() {
    return [...new Set([...this.#drafts.values()].map(({ room }) => room))];
  }

  /** @param {Draft} draft */
  add({ key, room, text }) {
    this.#drafts.set(key, { key, room, text });
    this.#write();
  }

  /** @param {string} key */
  remove(key) {
    if (this.#drafts.delete(key)) this.#write();
  }

  #write() {
    try {
      sessionStorage.setItem(this.#name, JSON.stringify([...this.#drafts.values()]));
    } catch {
      // Storage is full or denied: the messages still live in this page.
    }
  }
}

/** @param {string} name @returns {Draft[]} */
function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? '[]');
  } catch {
    return [];
  }
}
