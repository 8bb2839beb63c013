import { Rooms } from '../client/rooms.js';
import { byId, h, icon, part } from './dom.js';
import { t } from './settings.js';

/**
 * @typedef {{channel: string, name: string, direct: boolean, hidden: boolean, unread: number}} Listed
 */

/** What changes in one moment is asked for once. */
const GATHER_MS = 500;
const REFRESH_MS = 30_000;
/** What could not be had, by a limit or a moment without a server, is asked for again. */
const RETRY_MS = 3_000;

/** Rooms and direct conversations at the side, with how much in them is unread. */
export class ConversationList {
  #rooms;
  #isConnected;
  #people;
  #onOpen;
  #isSeen;
  /** @type {Map<string, Listed>} */
  #listed = new Map();
  /** @type {Map<string, HTMLElement>} */
  #entries = new Map();
  /** @type {Map<string, import('./conversation.js').Conversation>} */
  #open = new Map();
  #current = '';
  /** @type {any} */
  #timer = null;

  /**
   * @param {import('../client/parley.js').Parley} parley
   * @param {import('./people.js').People} people
   * @param {(channel: string) => void} onOpen
   * @param {(channel: string) => boolean} isSeen whether its end is on the screen, so that nothing in it stays unread
   */
  constructor(parley, people, onOpen, isSeen) {
    this.#rooms = new Rooms(parley);
    this.#isConnected = () => parley.state === 'connected';
    this.#people = people;
    this.#onOpen = onOpen;
    this.#isSeen = isSeen;
    parley.on('state', ({ state }) => state === 'connected' && this.#soon());
    parley.on('message', ({ channel }) => /^(room|direct):/.test(channel) && !this.#open.has(channel) && this.#soon());
    setInterval(() => parley.state === 'connected' && !document.hidden && this.#soon(), REFRESH_MS);
  }

  /** @param {string} channel @param {string} [name] */
  add(channel, name) {
    if (this.#listed.has(channel)) return;
    this.#put({ channel, name: name ?? nameIn(channel), direct: channel.startsWith('direct:'), hidden: false, unread: 0 });
  }

  /** @param {string} channel */
  nameOf(channel) {
    const { name = nameIn(channel), direct = false } = this.#listed.get(channel) ?? {};
    return direct ? this.#people.nameOf(name) : name;
  }

  /** Those that are open know by themselves how much is unread. @param {import('./conversation.js').Conversation} conversation */
  watch(conversation) {
    const { channel } = conversation;
    this.add(channel);
    this.#open.set(channel, conversation);
    conversation.on('change', () => conversation.unread !== undefined && this.#unread(channel, conversation.unread));
  }

  /** @param {string} channel */
  select(channel) {
    this.#current = channel;
    for (const [each, entry] of this.#entries) {
      const button = part(entry, 'button');
      if (each === channel) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
    this.#entries.get(channel)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  #soon(delay = GATHER_MS) {
    this.#timer ??= setTimeout(() => this.#refresh(), delay);
  }

  async #refresh() {
    this.#timer = null;
    const { conversations } = await this.#rooms.conversations({ limit: 100 }).catch(() => ({ conversations: null }));
    if (!conversations) return void (this.#isConnected() && this.#soon(RETRY_MS));
    for (const { channel, name, user, visibility, unread, lastMessage } of conversations) {
      this.#people.meet(lastMessage?.user);
      const known = this.#open.get(channel)?.unread;
      this.#put({ channel, name: user ?? name ?? nameIn(channel), direct: user !== undefined, hidden: visibility === 'private', unread: known ?? unread });
    }
  }

  /** @param {Listed} listed */
  #put(listed) {
    const { channel, direct } = listed;
    const entry = this.#entries.get(channel) ?? h('li');
    this.#listed.set(channel, listed);
    if (!this.#entries.has(channel)) this.#make(entry, listed);
    this.#entries.set(channel, entry);
    part(entry, '.room-name').textContent = this.nameOf(channel);
    if (direct) byId('direct-title', HTMLElement).hidden = false;
    this.#unread(channel, listed.unread);
  }

  /** @param {HTMLElement} entry @param {Listed} listed */
  #make(entry, { channel, direct, hidden }) {
    const symbol = direct ? icon('person') : hidden ? icon('lock') : icon('hash');
    const button = h('button', { type: 'button', class: 'room', 'data-channel': channel, onclick: () => this.#onOpen(channel) },
      symbol, h('span', { class: 'room-name' }), h('span', { class: 'unread', hidden: true }));
    if (channel === this.#current) button.setAttribute('aria-current', 'true');
    entry.append(button);
    byId(direct ? 'direct-list' : 'room-list', HTMLUListElement).append(entry);
  }

  /** @param {string} channel @param {number} count */
  #unread(channel, count) {
    const entry = this.#entries.get(channel);
    const listed = this.#listed.get(channel);
    if (!entry || !listed) return;
    listed.unread = count;
    const badge = part(entry, '.unread');
    badge.hidden = count === 0 || this.#isSeen(channel);
    badge.replaceChildren(
      h('span', { 'aria-hidden': 'true' }, count > 99 ? '99+' : String(count)),
      h('span', { class: 'visually-hidden' }, `, ${t('chat.unread', { count })}`));
  }
}

/** @param {string} channel */
function nameIn(channel) {
  return decodeURIComponent(channel.slice(channel.indexOf(':') + 1));
}
