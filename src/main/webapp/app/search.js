import { byId, h } from './dom.js';
import { shortTime } from './format.js';
import { textOf } from './message-entry.js';
import { t } from './settings.js';

/**
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {import('../client/types.js').Message} Message
 */

/** So many pages of the history are read for one search. */
const PAGES = 10;
/** More hits than this are not looked through. */
const SHOWN = 100;

/** Those with all of the words, newest first. @param {readonly Message[]} messages @param {string} wanted */
export function hitsIn(messages, wanted) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const has = (/** @type {Message} */ { data, user }) => {
    const text = `${data === null ? '' : textOf(data)} ${user?.name ?? ''}`.toLowerCase();
    return data !== null && words.every((word) => text.includes(word));
  };
  return messages.filter(has).reverse();
}

/** Looks for words in what was said in the conversation that is open. The pages of the history are read and searched here. */
export class Search {
  #form = byId('search-form', HTMLFormElement);
  #input = byId('search', HTMLInputElement);
  #results = byId('results', HTMLElement);
  /** @type {Conversation | null} */
  #conversation = null;
  #onChoose;
  #round = 0;

  /** @param {(messageId: string) => void} onChoose */
  constructor(onChoose) {
    this.#onChoose = onChoose;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#search();
    });
    byId('search-more', HTMLButtonElement).addEventListener('click', () => this.#search());
    byId('search-close', HTMLButtonElement).addEventListener('click', () => this.close());
    for (const part of [this.#form, this.#results]) part.addEventListener('keydown', ({ key }) => key === 'Escape' && this.close());
  }

  /** @param {Conversation} conversation */
  attach(conversation) {
    this.#conversation = conversation;
    this.close(false);
  }

  close(focus = true) {
    this.#round++;
    this.#results.hidden = true;
    this.#input.value = '';
    if (focus) this.#input.focus();
  }

  async #search() {
    const conversation = this.#conversation;
    const wanted = this.#input.value.trim();
    if (!conversation || !wanted) return;
    const round = ++this.#round;
    this.#results.hidden = false;
    byId('search-state', HTMLElement).textContent = t('chat.searching');
    for (let page = 0; page < PAGES && conversation.more && round === this.#round; page++) await conversation.earlier().catch(() => (page = PAGES));
    if (round === this.#round) this.#show(conversation, wanted);
  }

  /** @param {Conversation} conversation @param {string} wanted */
  #show(conversation, wanted) {
    const { messages, more } = conversation;
    const hits = hitsIn(messages, wanted);
    byId('search-state', HTMLElement).textContent = t('chat.found', { count: hits.length, of: messages.length });
    byId('search-more', HTMLButtonElement).hidden = !more;
    byId('hits', HTMLOListElement).replaceChildren(...hits.slice(0, SHOWN).map((message) => this.#hit(message)));
  }

  /** @param {Message} message */
  #hit({ messageId, user, time, data }) {
    return h('li', {}, h('button', { type: 'button', class: 'hit', onclick: () => this.#onChoose(messageId) },
      h('span', { class: 'hit-head' }, h('strong', {}, user?.name ?? user?.id ?? t('chat.system')), ' ', h('time', { datetime: time }, shortTime(time))),
      h('span', { class: 'hit-text' }, textOf(data))));
  }
}
