import { byId } from './dom.js';

/** @typedef {import('./room.js').Room} Room */

/** Where one writes. What was begun in a room is still there when one comes back to it. */
export class Composer {
  #form = byId('composer', HTMLFormElement);
  #text = byId('text', HTMLTextAreaElement);
  /** @type {Room | null} */
  #room = null;

  constructor() {
    this.#form.addEventListener('submit', (event) => this.#submit(event));
    this.#text.addEventListener('input', () => this.#changed());
    this.#text.addEventListener('keydown', (event) => this.#key(event));
  }

  /** @param {Room} room */
  attach(room) {
    this.#room = room;
    this.#put(room.draft);
  }

  focus() {
    this.#text.focus();
  }

  /** Before what is there already. @param {string} text */
  takeBack(text) {
    this.#put([text, this.#text.value].filter(Boolean).join('\n'));
    this.#text.focus();
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const text = this.#text.value.trim();
    if (!text || !this.#room) return;
    this.#room.say(text);
    this.#put('');
    this.#text.focus();
  }

  /** Enter sends, with Shift it begins a line. An input method's Enter only ends its own input. @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  /** @param {string} text */
  #put(text) {
    this.#text.value = text;
    this.#changed();
  }

  #changed() {
    if (this.#room) this.#room.draft = this.#text.value;
    this.#text.style.height = 'auto';
    this.#text.style.height = `${this.#text.scrollHeight}px`;
  }
}
