import { byId, clone, part } from './dom.js';
import { paintOutgoing } from './message-entry.js';

/**
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {import('./sending.js').Outgoing} Outgoing
 */

/** Behind the messages: what is on its way, and what could not be sent. */
export class OutgoingList {
  #list = byId('outgoing', HTMLOListElement);
  /** @type {Conversation | null} */
  #conversation = null;
  /** @type {Map<string, HTMLElement>} by key */
  #entries = new Map();
  #onTakeBack;
  #onMore;

  /**
   * @param {(text: string) => void} onTakeBack takes a text back into the input
   * @param {() => void} onMore there is one more
   */
  constructor(onTakeBack, onMore) {
    this.#onTakeBack = onTakeBack;
    this.#onMore = onMore;
  }

  /** @param {Conversation} conversation @returns {() => void} stops listening to it */
  show(conversation) {
    this.#conversation = conversation;
    this.#list.replaceChildren();
    this.#entries.clear();
    const stops = [conversation.on('outgoing', (outgoing) => this.#put(outgoing)), conversation.on('settled', ({ key }) => this.#remove(key))];
    for (const outgoing of conversation.outgoing.values()) this.#put(outgoing);
    return () => stops.forEach((stop) => stop());
  }

  /** @param {Outgoing} outgoing */
  #put(outgoing) {
    const fresh = !this.#entries.has(outgoing.key);
    const entry = this.#entries.get(outgoing.key) ?? clone('outgoing-template');
    this.#entries.set(outgoing.key, entry);
    paintOutgoing(entry, outgoing);
    part(entry, '.retry').onclick = () => this.#conversation?.retry(outgoing);
    part(entry, '.edit').onclick = () => this.#takeBack(outgoing);
    if (!fresh) return;
    this.#list.append(entry);
    this.#onMore();
  }

  /** @param {Outgoing} outgoing */
  #takeBack(outgoing) {
    this.#conversation?.takeBack(outgoing);
    this.#onTakeBack(outgoing.text);
  }

  /** @param {string} key */
  #remove(key) {
    this.#entries.get(key)?.remove();
    this.#entries.delete(key);
  }
}
