/** More do not fit on a screen, and a connection has 128 channels. */
export const MOST = 12;

const FIRST = ['topic:orders', 'topic:visitors', 'topic:load'];
const CHANNEL = /^[A-Za-z0-9_.@~-]{1,64}:[A-Za-z0-9_.:@~-]{1,190}$/;

/** The channel that somebody means: `orders` is `topic:orders`. Null: that is no name. @param {string} text */
export function channelOf(text) {
  const name = text.trim();
  const channel = name.includes(':') ? name : `topic:${name}`;
  return CHANNEL.test(channel) ? channel : null;
}

/** How a channel is called on the page. @param {string} channel */
export const nameOf = (channel) => (channel.startsWith('topic:') ? channel.slice('topic:'.length) : channel);

/** The topics in an address, as in `#topics=orders,load`; null when it names none. @param {string} hash */
export function topicsIn(hash) {
  const named = new URLSearchParams(hash.slice(1)).get('topics');
  const channels = (named ?? '').split(',').map(channelOf);
  const found = /** @type {string[]} */ ([...new Set(channels)].filter((channel) => channel !== null)).slice(0, MOST);
  return found.length > 0 ? found : null;
}

/** Which topics somebody watches: kept for each person, in the browser. */
export class Topics {
  #name;
  #storage;

  /** @param {string} user @param {Pick<Storage, 'getItem' | 'setItem'>} storage */
  constructor(user, storage) {
    this.#name = `parley.dashboard.${user}`;
    this.#storage = storage;
  }

  /** @returns {string[]} what was kept, else a few to begin with */
  read() {
    try {
      const kept = JSON.parse(this.#storage.getItem(this.#name) ?? 'null');
      if (!Array.isArray(kept)) return FIRST;
      return kept.filter((channel) => typeof channel === 'string' && CHANNEL.test(channel)).slice(0, MOST);
    } catch {
      return FIRST;
    }
  }

  /** @param {string[]} channels */
  write(channels) {
    try {
      this.#storage.setItem(this.#name, JSON.stringify(channels));
    } catch {
      // Storage is full or denied: they are watched in this page only.
    }
  }
}
