import { byId } from './dom.js';
import { sameDay } from './format.js';
import { continues, dayEntry, messageEntry, quoteOf, signatureOf } from './message-entry.js';
import { join, t } from './settings.js';

/**
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {import('../client/types.js').Message} Message
 * @typedef {{signature: string, element: HTMLElement, day: HTMLElement | null}} Entry
 */

/** More names than this say no more. */
const NAMED = 20;

/** The messages that are in the page. What has not changed keeps its element, what has changed keeps focus and actions. */
export class MessageList {
  #list = byId('messages', HTMLOListElement);
  /** @type {Conversation | null} */
  #conversation = null;
  /** @type {Map<string, Entry>} by message id */
  #entries = new Map();
  /** @type {string | null} the message that the keyboard is on */
  #active = null;
  #me;
  #people;
  #actions;

  /** @param {string} me @param {import('./people.js').People} people @param {import('./message-actions.js').MessageActions} actions */
  constructor(me, people, actions) {
    this.#me = me;
    this.#people = people;
    this.#actions = actions;
    this.#list.addEventListener('pointerover', ({ target }) => this.#point(target));
    this.#list.addEventListener('focusin', ({ target }) => this.#point(target));
  }

  /** @param {Conversation} conversation */
  show(conversation) {
    this.#conversation = conversation;
    this.#list.replaceChildren();
    this.#entries.clear();
    this.#active = null;
  }

  /** The message that the keyboard is on, or was. */
  get active() {
    return this.#active;
  }

  /** @param {string} messageId */
  elementOf(messageId) {
    return this.#entries.get(messageId)?.element;
  }

  /** The first one that is below this line, and where it begins. @param {number} line */
  firstBelow(line) {
    const elements = /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll('.message')]);
    const element = elements.find((each) => each.getBoundingClientRect().bottom > line);
    return element ? { id: element.dataset.messageId ?? '', top: element.getBoundingClientRect().top } : null;
  }

  /** Has exactly these in the page. @param {Message[]} messages @param {Message | null} before the one before the first of them */
  put(messages, before) {
    const kept = new Set(messages.map(({ messageId }) => messageId));
    for (const [id, entry] of this.#entries) if (!kept.has(id)) this.#drop(id, entry);
    /** @type {HTMLElement[]} */
    const wanted = [];
    let last = before;
    for (const message of messages) {
      const { day, element } = this.#entryOf(message, last);
      wanted.push(...(day ? [day, element] : [element]));
      last = message;
    }
    let place = this.#list.firstElementChild;
    for (const element of wanted) {
      if (element === place) place = place.nextElementSibling;
      else this.#list.insertBefore(element, place);
    }
  }

  /** Puts the keyboard on a message; without effect when it is not in the page. @param {string} messageId */
  focus(messageId) {
    const before = this.elementOf(this.#active ?? '');
    if (before) before.tabIndex = -1;
    const element = this.elementOf(messageId);
    if (!element) return;
    this.#active = messageId;
    element.tabIndex = 0;
    element.focus();
  }

  /** @param {string} id @param {Entry} entry */
  #drop(id, { element, day }) {
    element.remove();
    day?.remove();
    this.#entries.delete(id);
    if (this.#active === id) this.#active = null;
  }

  /** @param {Message} message @param {Message | null} last @returns {Entry} */
  #entryOf(message, last) {
    const shown = this.#shown(message, last);
    const fresh = !last || !sameDay(last.time, message.time);
    const signature = signatureOf(message, shown) + fresh;
    const before = this.#entries.get(message.messageId);
    if (before?.signature === signature) return before;
    const element = messageEntry(message, shown, (sign) => this.#conversation?.react(message, sign).catch(() => {}));
    element.tabIndex = this.#active === message.messageId ? 0 : -1;
    const entry = { signature, element, day: fresh ? dayEntry(message.time) : null };
    this.#entries.set(message.messageId, entry);
    if (before) this.#replace(before, entry, message, shown.mine);
    return entry;
  }

  /** Focus and actions stay with the message when it looks different now. @param {Entry} before @param {Entry} entry @param {Message} message @param {boolean} mine */
  #replace(before, { element }, message, mine) {
    const inBar = this.#actions.hasFocus && before.element.contains(document.activeElement);
    const focused = before.element.contains(document.activeElement);
    const pointed = before.element.querySelector('.actions') !== null;
    before.day?.remove();
    before.element.replaceWith(element);
    if (pointed) this.#actions.show(element, message, mine);
    if (inBar && !message.deleted) this.#actions.focus();
    else if (focused) element.focus();
  }

  /** @param {Message} message @param {Message | null} last @returns {import('./message-entry.js').Shown} */
  #shown(message, last) {
    const conversation = /** @type {Conversation} */ (this.#conversation);
    const mine = conversation.isMine(message);
    const readers = mine ? conversation.receipts.readers(message.offset) : [];
    return {
      mine,
      continued: continues(last, message),
      named: message.mentions?.includes(this.#me) ?? false,
      receipt: mine ? this.#receipt(message.offset, readers) : '',
      read: readers.length > 0,
      quote: message.replyTo ? quoteOf(conversation.get(message.replyTo)) : '',
    };
  }

  /** @param {number} offset @param {string[]} readers */
  #receipt(offset, readers) {
    const others = /** @type {Conversation} */ (this.#conversation).receipts.others;
    const delivered = [...others].filter(([id, marks]) => marks.delivered >= offset && !readers.includes(id)).map(([id]) => id);
    const names = (/** @type {string[]} */ ids) => join(ids.slice(0, NAMED).map((id) => this.#people.nameOf(id)));
    const said = [readers.length && t('chat.readBy', { names: names(readers) }), delivered.length && t('chat.delivered', { names: names(delivered) })];
    return said.filter(Boolean).join('. ');
  }

  /** The actions go where the pointer or the keyboard is. @param {EventTarget | null} target */
  #point(target) {
    const entry = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest('.message')) : null;
    const message = entry && this.#conversation?.get(entry.dataset.messageId ?? '');
    if (!entry || !message || (this.#actions.hasFocus && !entry.contains(document.activeElement))) return;
    this.#actions.show(entry, message, this.#conversation?.isMine(message) ?? false);
  }
}
