import { byId, clone, part } from './dom.js';

/** @typedef {import('./room.js').Room} Room */

/** The rooms at the side; those that are open show how much in them is unread. */
export class RoomList {
  #list = byId('room-list', HTMLUListElement);
  /** @type {Map<string, HTMLElement>} */
  #entries = new Map();
  #onOpen;

  /** @param {(name: string) => void} onOpen */
  constructor(onOpen) {
    this.#onOpen = onOpen;
    const form = byId('join-form', HTMLFormElement);
    const input = byId('join-room', HTMLInputElement);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      onOpen(input.value.trim());
      form.reset();
    });
  }

  /** @param {string} name */
  add(name) {
    if (this.#entries.has(name)) return;
    const entry = clone('room-template');
    const button = part(entry, 'button');
    part(entry, '.room-name').textContent = name;
    button.dataset.room = name;
    button.addEventListener('click', () => this.#onOpen(name));
    this.#entries.set(name, entry);
    this.#list.append(entry);
  }

  /** @param {string} name */
  select(name) {
    for (const [each, entry] of this.#entries) {
      const button = part(entry, 'button');
      if (each === name) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
    this.#entries.get(name)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** @param {string} name @param {number} count */
  showUnread(name, count) {
    const entry = this.#entries.get(name);
    if (!entry) return;
    const badge = part(entry, '.unread');
    badge.hidden = count === 0;
    badge.textContent = count > 99 ? '99+' : String(count);
    badge.setAttribute('aria-label', `${count} unread`);
  }
}
