import { byId } from './dom.js';
import { ListWindow } from './list-window.js';
import { MessageList } from './message-list.js';
import { OutgoingList } from './outgoing-list.js';

/**
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {import('../client/types.js').Message} Message
 */

/** This close to the end counts as being at the end. */
const NEAR_END_PX = 80;
/** This close to where the window ends it is moved on. */
const NEAR_EDGE_PX = 700;
/** After so long a page that could not be loaded is asked for again, when it is still wanted. */
const RETRY_MS = 3_000;

/**
 * The middle of the page: what was said in the conversation that is open, and what is on its way. Only a window of it is in the
 * page; here is decided which, and that nothing jumps when it moves.
 */
export class MessageLog {
  #log = byId('log', HTMLElement);
  #earlier = byId('earlier', HTMLButtonElement);
  #toEnd = byId('to-end', HTMLButtonElement);
  #window = new ListWindow();
  /** @type {Conversation | null} */
  #conversation = null;
  #painting = false;
  #loading = false;
  /** @type {() => void} */
  #leave = () => {};
  #list;
  #outgoing;
  #actions;
  #onSeen;

  /**
   * @param {string} me
   * @param {import('./people.js').People} people
   * @param {import('./message-actions.js').MessageActions} actions
   * @param {(text: string) => void} onTakeBack takes a text back into the input
   * @param {() => void} onSeen the end is on the screen
   */
  constructor(me, people, actions, onTakeBack, onSeen) {
    this.#list = new MessageList(me, people, actions);
    this.#outgoing = new OutgoingList(onTakeBack, () => this.#scrollToEnd());
    this.#actions = actions;
    this.#onSeen = onSeen;
    this.#earlier.addEventListener('click', () => this.#loadEarlier());
    this.#toEnd.addEventListener('click', () => this.#scrollToEnd());
    this.#log.addEventListener('scroll', () => this.#scrolled());
    this.#log.addEventListener('keydown', (event) => this.#key(event));
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
    this.#window.follow();
    this.#list.show(conversation);
    const stops = [
      conversation.on('change', () => this.#paintSoon()),
      conversation.on('news', (message) => this.#arrived(message)),
      this.#outgoing.show(conversation),
    ];
    this.#leave = () => stops.forEach((stop) => stop());
    this.#scrollToEnd();
  }

  /** Brings a message onto the screen and puts the keyboard on it. @param {string} messageId */
  reveal(messageId) {
    if (!this.#window.reveal(this.#ids, messageId)) return;
    this.#paint();
    this.#list.focus(messageId);
    this.#list.elementOf(messageId)?.scrollIntoView({ block: 'center' });
  }

  get #messages() {
    return this.#conversation?.messages ?? [];
  }

  get #ids() {
    return this.#messages.map(({ messageId }) => messageId);
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
    const { from, to } = this.#window.range(this.#ids);
    const anchor = this.#window.following ? null : this.#list.firstBelow(this.#log.getBoundingClientRect().top);
    this.#list.put(all.slice(from, to), all[from - 1] ?? null);
    this.#frame(all.length);
    // By its id: a message that is no longer the first one looks different and has a new element
    const anchored = anchor && this.#list.elementOf(anchor.id);
    if (anchored) this.#log.scrollTop += anchored.getBoundingClientRect().top - anchor.top;
    if (this.#window.following) this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** What is around the messages. @param {number} count */
  #frame(count) {
    const { outgoing, state, more } = /** @type {Conversation} */ (this.#conversation);
    this.#log.setAttribute('aria-busy', String(state === 'subscribing' && count === 0));
    this.#earlier.hidden = !more;
    byId('empty', HTMLElement).hidden = state !== 'subscribed' || count + outgoing.length > 0;
  }

  /** @param {Message} message */
  #arrived(message) {
    if (this.#conversation?.isMine(message)) this.#window.follow();
    if (!this.#window.following) this.#toEnd.hidden = false;
    this.#paintSoon();
    if (this.#window.following) this.#onSeen();
  }

  async #loadEarlier() {
    const conversation = this.#conversation;
    if (this.#loading || !conversation?.more) return;
    this.#loading = this.#earlier.disabled = true;
    this.#window.hold(this.#ids);
    const loaded = await conversation.earlier().then(
      () => true,
      () => false,
    );
    this.#loading = this.#earlier.disabled = false;
    if (!loaded) {
      // Whoever is at the very top cannot scroll further up, so nothing else would ask again
      setTimeout(() => this.#scrolled(), RETRY_MS);
      return;
    }
    if (conversation === this.#conversation) this.#move(-1);
    this.#scrolled();
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    const ids = this.#ids;
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
    const moved = this.#window.move(this.#ids, direction);
    if (moved) this.#paint();
    return moved;
  }

  #scrollToEnd() {
    this.#window.follow();
    this.#paint();
    this.#toEnd.hidden = true;
    this.#onSeen();
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
    const ids = this.#ids;
    const { active } = this.#list;
    const now = active === null ? ids.length : ids.indexOf(active);
    const next = ids[Math.min(Math.max(0, now + step), ids.length - 1)];
    if (next && !this.#list.elementOf(next)) this.#move(step);
    if (next) this.#list.focus(next);
  }
}
