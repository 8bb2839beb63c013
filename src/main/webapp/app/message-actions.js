import { byId, h, icon } from './dom.js';
import { t } from './settings.js';

/**
 * @typedef {import('../client/types.js').Message} Message
 *
 * @typedef {object} Acts
 * @property {(message: Message, sign: string) => void} react
 * @property {(message: Message) => void} reply
 * @property {(message: Message) => void} edit
 * @property {(message: Message) => void} remove
 */

const SIGNS = ['👍', '❤️', '😂', '🎉'];

/**
 * What can be done with a message. There is one for the page: it goes to the message under the pointer or the keyboard, so
 * that the way through the page by keyboard does not lead over hundreds of buttons.
 */
export class MessageActions {
  #bar;
  /** @type {Message | null} */
  #message = null;
  #acts;

  /** @param {Acts} acts */
  constructor(acts) {
    this.#acts = acts;
    const signs = SIGNS.map((sign) => this.#button('react', t('chat.reactWith', { sign }), sign, (message) => acts.react(message, sign)));
    this.#bar = h('div', { class: 'actions', role: 'toolbar', 'aria-label': t('chat.actions') }, ...signs,
      this.#button('reply', t('chat.reply'), icon('reply'), acts.reply),
      this.#button('edit', t('chat.edit'), icon('edit'), acts.edit),
      this.#button('remove', t('chat.takeBack'), icon('trash'), (message) => this.#ask(message)));
    this.#bar.addEventListener('keydown', (event) => this.#key(event));
    byId('retract-cancel', HTMLButtonElement).addEventListener('click', () => byId('retract', HTMLDialogElement).close());
  }

  /** @param {HTMLElement} entry @param {Message} message @param {boolean} mine */
  show(entry, message, mine) {
    this.#message = message;
    for (const button of this.#buttons) button.hidden = !mine && ['edit', 'remove'].includes(button.dataset.act ?? '');
    if (message.deleted || message.event === 'erased') this.hide();
    else if (this.#bar.parentElement !== entry) entry.append(this.#bar);
  }

  hide() {
    this.#bar.remove();
  }

  focus() {
    this.#buttons.find(({ hidden }) => !hidden)?.focus();
  }

  get hasFocus() {
    return this.#bar.contains(document.activeElement);
  }

  /** @returns {HTMLButtonElement[]} */
  get #buttons() {
    return [...this.#bar.querySelectorAll('button')];
  }

  /** @param {string} act @param {string} label @param {Node | string} face @param {(message: Message) => void} run */
  #button(act, label, face, run) {
    return h('button', { type: 'button', class: 'action', tabindex: -1, 'data-act': act, title: label, 'aria-label': label,
      onclick: () => this.#message && run(this.#message) }, face);
  }

  /** @param {Message} message */
  #ask(message) {
    const sure = byId('retract-sure', HTMLButtonElement);
    sure.onclick = () => {
      byId('retract', HTMLDialogElement).close();
      this.#acts.remove(message);
    };
    byId('retract', HTMLDialogElement).showModal();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const rtl = document.documentElement.dir === 'rtl' ? -1 : 1;
    const step = { ArrowRight: rtl, ArrowLeft: -rtl }[event.key];
    if (event.key === 'Escape') /** @type {HTMLElement | null} */ (this.#bar.closest('.message'))?.focus();
    if (!step) return;
    const there = this.#buttons.filter(({ hidden }) => !hidden);
    const next = there.indexOf(/** @type {any} */ (document.activeElement)) + step;
    there[(next + there.length) % there.length].focus();
    event.preventDefault();
  }
}
