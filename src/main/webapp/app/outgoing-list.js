import { byId, clone, part } from './dom.js';
import { paintOutgoing, textOf } from './message-entry.js';

/**
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {import('../client/message-store.js').Entry} Entry
 * @typedef {{element: HTMLElement, painted: Pick<Entry, 'state' | 'error'>}} Painted
 */

/** Behind the messages: what is on its way, and what could not be sent. */
export class OutgoingList {
  #list = byId('outgoing', HTMLOListElement);
  /** @type {Conversation | null} */
  #conversation = null;
  /** @type {Map<string, Painted>} by the entries' ids */
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
    this.#paint(conversation);
    return conversation.on('change', () => this.#paint(conversation));
  }

  /** At once, so that what is said is seen at once. @param {Conversation} conversation */
  #paint({ outgoing }) {
    const ids = new Set(outgoing.map(({ id }) => id));
    for (const [id, { element }] of this.#entries) {
      if (ids.has(id)) continue;
      element.remove();
      this.#entries.delete(id);
    }
    const before = this.#entries.size;
    for (const entry of outgoing) this.#put(entry);
    if (this.#entries.size > before) this.#onMore();
  }

  /** @param {Entry} entry */
  #put(entry) {
    const { id, state, error } = entry;
    const known = this.#entries.get(id);
    if (known?.painted.state === state && known.painted.error === error) return;
    const element = known?.element ?? this.#add(id);
    this.#entries.set(id, { element, painted: { state, error } });
    paintOutgoing(element, entry);
  }

  /** @param {string} id */
  #add(id) {
    const element = clone('outgoing-template');
    part(element, '.retry').onclick = () => this.#conversation?.retry(id);
    part(element, '.edit').onclick = () => this.#takeBack(id);
    this.#list.append(element);
    return element;
  }

  /** @param {string} id */
  #takeBack(id) {
    const data = this.#conversation?.takeBack(id);
    if (data !== undefined) this.#onTakeBack(textOf(data));
  }
}
