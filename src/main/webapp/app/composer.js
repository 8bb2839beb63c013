import { byId } from './dom.js';
import { explain } from './format.js';
import { quoteOf, textOf } from './message-entry.js';
import { t } from './settings.js';

/**
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {import('../client/types.js').Message} Message
 * @typedef {{act: 'reply' | 'edit', message: Message}} About which message is answered or edited
 */

/** Where one writes. What was begun is still there when one comes back to the conversation, or to the page. */
export class Composer {
  #form = byId('composer', HTMLFormElement);
  #text = byId('text', HTMLTextAreaElement);
  #drafts;
  /** @type {Conversation | null} */
  #conversation = null;
  /** @type {About | null} */
  #about = null;

  /** @param {import('./drafts.js').Drafts} drafts */
  constructor(drafts) {
    this.#drafts = drafts;
    this.#form.addEventListener('submit', (event) => this.#submit(event));
    this.#text.addEventListener('input', () => this.#typed());
    this.#text.addEventListener('keydown', (event) => this.#key(event));
    byId('about-cancel', HTMLButtonElement).addEventListener('click', () => this.#stop());
  }

  /** @param {Conversation} conversation */
  attach(conversation) {
    this.#conversation = conversation;
    this.#setAbout(null);
    this.#put(this.#drafts.get(conversation.channel));
  }

  focus() {
    this.#text.focus();
  }

  /** Before what is there already. @param {string} text */
  takeBack(text) {
    this.#put([text, this.#text.value].filter(Boolean).join('\n'));
    this.#keep();
    this.#text.focus();
  }

  /** @param {Message} message */
  reply(message) {
    if (this.#about?.act === 'edit') this.#stop();
    this.#setAbout({ act: 'reply', message });
    this.#text.focus();
  }

  /** What was begun waits until the edit is over. @param {Message} message */
  edit(message) {
    this.#setAbout({ act: 'edit', message });
    this.#put(textOf(message.data));
    this.#text.focus();
  }

  /** @param {About | null} about */
  #setAbout(about) {
    this.#about = about;
    byId('about', HTMLElement).hidden = about === null;
    byId('problem', HTMLElement).textContent = '';
    if (!about) return;
    const { act, message } = about;
    byId('about-text', HTMLElement).textContent = act === 'edit' ? t('chat.editing') : t('chat.replyTo', { quote: quoteOf(message) });
  }

  #stop() {
    const edited = this.#about?.act === 'edit';
    this.#setAbout(null);
    if (edited) this.#put(this.#drafts.get(this.#conversation?.channel ?? ''));
    this.#text.focus();
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const text = this.#text.value.trim();
    if (!text || !this.#conversation) return;
    if (this.#about?.act === 'edit') this.#change(this.#conversation, this.#about.message, text);
    else this.#say(this.#conversation, text);
  }

  /** What cannot even wait to be sent stays in the field. @param {Conversation} conversation @param {string} text */
  #say(conversation, text) {
    try {
      conversation.say(text, this.#about?.message.messageId);
    } catch (error) {
      return this.#tell(error);
    }
    this.#setAbout(null);
    this.#put('');
    this.#keep();
    this.#text.focus();
  }

  /** The text stays in the field until the server has it. @param {Conversation} conversation @param {Message} message @param {string} text */
  async #change(conversation, message, text) {
    const about = this.#about;
    try {
      await conversation.edit(message, text);
      if (this.#about === about) this.#stop();
    } catch (error) {
      if (this.#about === about) this.#tell(error);
    }
  }

  /** @param {unknown} error */
  #tell(error) {
    byId('problem', HTMLElement).textContent = t('chat.failed', { why: explain(/** @type {any} */ (error)) });
  }

  /** Enter sends, with Shift it begins a line. An input method's Enter only ends its own input. @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === 'Escape' && this.#about) return this.#stop();
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #typed() {
    this.#fit();
    this.#keep();
    if (this.#text.value && this.#about?.act !== 'edit') this.#conversation?.input();
  }

  #keep() {
    if (this.#conversation && this.#about?.act !== 'edit') this.#drafts.set(this.#conversation.channel, this.#text.value);
  }

  /** @param {string} text */
  #put(text) {
    this.#text.value = text;
    this.#fit();
  }

  #fit() {
    this.#text.style.height = 'auto';
    this.#text.style.height = `${this.#text.scrollHeight}px`;
  }
}
