import { byId, clone, part } from './dom.js';
import { sameDay } from './format.js';
import { ListWindow } from './list-window.js';
import { continues, dayEntry, messageEntry, paintOutgoing, quoteOf, signatureOf } from './message-entry.js';
import { join, t } from './settings.js';

/**
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {import('./conversation.js').Outgoing} Outgoing
 * @typedef {import('../client/types.js').Message} Message
 * @typedef {{signature: string, element: HTMLElement, day: HTMLElement | null}} Entry
 */

/** This close to the end counts as being at the end. */
const NEAR_END_PX = 80;
/** This close to where the window ends it is moved on. */
const NEAR_EDGE_PX = 700;

/** The middle of the page: what was said in the conversation that is open, and what is on its way. Only a window of it is in the page. */
export class MessageLog {
  #log = byId('log', HTMLElement);
  #list = byId('messages', HTMLOListElement);
  #outgoing = byId('outgoing', HTMLOListElement);
  #earlier = byId('earlier', HTMLButtonElement);
  #toEnd = byId('to-end', HTMLButtonElement);
  #window = new ListWindow();
  /** @type {Conversation | null} */
  #conversation = null;
  /** @type {Map<string, Entry>} by message id */
  #entries = new Map();
  /** @type {Map<string, HTMLElement>} by key */
  #waiting = new Map();
  /** @type {string | null} the message that the keyboard is on */
  #active = null;
  #painting = false;
  #loading = false;
  /** @type {() => void} */
  #leave = () => {};
  #me;
  #people;
  #actions;
  #onTakeBack;
  #onSeen;

  /**
   * @param {string} me
   * @param {import('./people.js').People} people
   * @param {import('./message-actions.js').MessageActions} actions
   * @param {(text: string) => void} onTakeBack takes a text back into the input
   * @param {() => void} onSeen the end is on the screen
   */
  constructor(me, people, actions, onTakeBack, onSeen) {
    this.#me = me;
    this.#people = people;
    this.#actions = actions;
    this.#onTakeBack = onTakeBack;
    this.#onSeen = onSeen;
    this.#earlier.addEventListener('click', () => this.#loadEarlier());
    this.#toEnd.addEventListener('click', () => this.#scrollToEnd());
    this.#log.addEventListener('scroll', () => this.#scrolled());
    this.#log.addEventListener('keydown', (event) => this.#key(event));
    this.#list.addEventListener('pointerover', ({ target }) => this.#point(target));
    this.#list.addEventListener('focusin', ({ target }) => this.#point(target));
    new ResizeObserver(() => this.#window.following && this.#scrollToEnd()).observe(this.#log);
  }

  /** Is the end of the conversation on the screen? */
  get atEnd() {
    return this.#window.following;
  }

  /** @param {Conversation} conversation */
  show(conversation) {
    this.#leave();
    this.#conversation = conversation;
    const stops = [
      conversation.on('change', () => this.#paintSoon()),
      conversation.on('news', (message) => this.#arrived(message)),
      conversation.on('outgoing', (outgoing) => this.#showOutgoing(outgoing)),
      conversation.on('settled', ({ key }) => this.#removeOutgoing(key)),
    ];
    this.#leave = () => stops.forEach((stop) => stop());
    this.#list.replaceChildren();
    this.#outgoing.replaceChildren();
    this.#entries.clear();
    this.#waiting.clear();
    this.#active = null;
    this.#window.follow();
    for (const outgoing of conversation.outgoing.values()) this.#showOutgoing(outgoing);
    this.#scrollToEnd();
  }

  /** Brings a message onto the screen and puts the keyboard on it. @param {string} messageId */
  reveal(messageId) {
    if (!this.#window.reveal(this.#ids(this.#messages), messageId)) return;
    this.#paint();
    this.#focus(messageId);
    this.#entries.get(messageId)?.element.scrollIntoView({ block: 'center' });
  }

  get #messages() {
    return this.#conversation?.messages ?? [];
  }

  /** @param {Message[]} messages */
  #ids(messages) {
    return messages.map(({ messageId }) => messageId);
  }

  #paintSoon() {
    if (this.#painting) return;
    this.#painting = true;
    requestAnimationFrame(() => this.#painting && this.#paint());
  }

  #paint() {
    this.#painting = false;
    if (!this.#conversation) return;
    const all = this.#messages;
    const { from, to } = this.#window.range(this.#ids(all));
    const anchor = this.#window.following ? null : this.#anchor();
    this.#put(all.slice(from, to), all[from - 1] ?? null);
    this.#frame(all.length);
    if (anchor?.element.isConnected) this.#log.scrollTop += anchor.element.getBoundingClientRect().top - anchor.top;
    if (this.#window.following) this.#scrollDown();
  }

  /** The first message on the screen, which is to stay where it is. */
  #anchor() {
    const top = this.#log.getBoundingClientRect().top;
    const elements = /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll('.message')]);
    const element = elements.find((each) => each.getBoundingClientRect().bottom > top);
    return element ? { element, top: element.getBoundingClientRect().top } : null;
  }

  /** @param {Message[]} messages @param {Message | null} before */
  #put(messages, before) {
    const kept = new Set(this.#ids(messages));
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
    const names = (/** @type {string[]} */ ids) => join(ids.slice(0, 20).map((id) => this.#people.nameOf(id)));
    const said = [readers.length && t('chat.readBy', { names: names(readers) }), delivered.length && t('chat.delivered', { names: names(delivered) })];
    return said.filter(Boolean).join('. ');
  }

  /** What is around the messages. @param {number} count */
  #frame(count) {
    const { outgoing, state, more } = /** @type {Conversation} */ (this.#conversation);
    this.#log.setAttribute('aria-busy', String(state === 'subscribing' && count === 0));
    this.#earlier.hidden = !more;
    byId('empty', HTMLElement).hidden = state !== 'subscribed' || count + outgoing.size > 0;
  }

  /** @param {Message} message */
  #arrived(message) {
    if (this.#conversation?.isMine(message)) this.#window.follow();
    if (!this.#window.following) this.#toEnd.hidden = false;
    this.#paintSoon();
    if (this.#window.following) this.#onSeen();
  }

  /** @param {Outgoing} outgoing */
  #showOutgoing(outgoing) {
    const fresh = !this.#waiting.has(outgoing.key);
    const entry = this.#waiting.get(outgoing.key) ?? clone('outgoing-template');
    this.#waiting.set(outgoing.key, entry);
    paintOutgoing(entry, outgoing);
    part(entry, '.retry').onclick = () => this.#conversation?.retry(outgoing);
    part(entry, '.edit').onclick = () => this.#takeBack(outgoing);
    if (!fresh) return;
    this.#outgoing.append(entry);
    this.#scrollToEnd();
  }

  /** @param {Outgoing} outgoing */
  #takeBack(outgoing) {
    this.#conversation?.takeBack(outgoing);
    this.#onTakeBack(outgoing.text);
  }

  /** @param {string} key */
  #removeOutgoing(key) {
    this.#waiting.get(key)?.remove();
    this.#waiting.delete(key);
  }

  async #loadEarlier() {
    if (this.#loading || !this.#conversation?.more) return;
    this.#loading = this.#earlier.disabled = true;
    this.#window.hold(this.#ids(this.#messages));
    await this.#conversation.earlier().catch(() => {});
    this.#loading = this.#earlier.disabled = false;
    this.#move(-1);
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    const ids = this.#ids(this.#messages);
    const below = scrollHeight - scrollTop - clientHeight;
    const whole = this.#window.range(ids).to === ids.length;
    if (below < NEAR_END_PX && whole) {
      if (!this.#window.following) this.#window.follow();
      this.#toEnd.hidden = true;
      this.#onSeen();
      return;
    }
    this.#window.hold(ids);
    if (below < NEAR_EDGE_PX && !whole) this.#move(1);
    else if (scrollTop < NEAR_EDGE_PX && !this.#move(-1)) this.#loadEarlier();
  }

  /** @param {1 | -1} direction @returns {boolean} */
  #move(direction) {
    const moved = this.#window.move(this.#ids(this.#messages), direction);
    if (moved) this.#paint();
    return moved;
  }

  #scrollToEnd() {
    this.#window.follow();
    this.#paint();
    this.#toEnd.hidden = true;
    this.#onSeen();
  }

  #scrollDown() {
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** The actions go where the pointer or the keyboard is. @param {EventTarget | null} target */
  #point(target) {
    const entry = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest('.message')) : null;
    const message = entry && this.#conversation?.get(entry.dataset.messageId ?? '');
    if (!entry || !message || (this.#actions.hasFocus && !entry.contains(document.activeElement))) return;
    this.#actions.show(entry, message, this.#conversation?.isMine(message) ?? false);
  }

  /** Up and down go from message to message, Enter to what can be done with one. @param {KeyboardEvent} event */
  #key(event) {
    const { key, target } = event;
    const onMessage = target === this.#log || (target instanceof HTMLElement && target.classList.contains('message'));
    if (!onMessage) return;
    if (key === 'Enter' && target !== this.#log) this.#actions.focus();
    else if (key === 'ArrowUp' || key === 'ArrowDown') this.#step(key === 'ArrowUp' ? -1 : 1);
    else return;
    event.preventDefault();
  }

  /** @param {1 | -1} step */
  #step(step) {
    const ids = this.#ids(this.#messages);
    const now = this.#active === null ? ids.length : ids.indexOf(this.#active);
    const next = ids[Math.min(Math.max(0, now + step), ids.length - 1)];
    if (next && !this.#entries.has(next)) this.#move(step);
    if (next) this.#focus(next);
  }

  /** @param {string} messageId */
  #focus(messageId) {
    const before = this.#entries.get(this.#active ?? '')?.element;
    if (before) before.tabIndex = -1;
    const element = this.#entries.get(messageId)?.element;
    if (!element) return;
    this.#active = messageId;
    element.tabIndex = 0;
    element.focus();
  }
}
