import { Parley } from '../client/parley.js';
import { ConnectionView } from './connection-view.js';
import { byId, h, icon } from './dom.js';
import { explain, shortTime } from './format.js';
import { header } from './header.js';
import { arranged, bodyOf, titleOf } from './notification-text.js';
import { applySettings, t } from './settings.js';
import { signIn } from './sign-in.js';

/**
 * @typedef {import('../client/notification-list.js').Notification} Notification
 * @typedef {import('../client/notifications.js').Notifications} Notifications
 */

/** The inbox as a list that one works through. */
class Inbox {
  #inbox;
  #onlyUnread = false;
  #list = byId('inbox', HTMLOListElement);
  #painting = false;

  /** @param {Notifications} inbox */
  constructor(inbox) {
    this.#inbox = inbox;
    inbox.on('change', () => this.#paintSoon());
    inbox.on('notification', (one) => (byId('news', HTMLElement).textContent = t('inbox.new', { text: titleOf(one) })));
    inbox.on('error', (error) => this.#failed(error));
    for (const radio of document.querySelectorAll('input[name=show]')) radio.addEventListener('change', () => this.#filter(/** @type {any} */ (radio).value));
    byId('read-all', HTMLButtonElement).addEventListener('click', () => this.#do(inbox.readAll()));
    byId('clear', HTMLButtonElement).addEventListener('click', () => byId('sure', HTMLDialogElement).showModal());
    byId('sure-cancel', HTMLButtonElement).addEventListener('click', () => byId('sure', HTMLDialogElement).close());
    byId('sure-clear', HTMLButtonElement).addEventListener('click', () => this.#clear());
    byId('older', HTMLButtonElement).addEventListener('click', () => this.#do(inbox.older()));
    this.#list.addEventListener('keydown', (event) => this.#key(event));
    this.#paint();
  }

  /** @param {string} which */
  #filter(which) {
    this.#onlyUnread = which === 'unread';
    this.#paint();
  }

  #clear() {
    byId('sure', HTMLDialogElement).close();
    this.#do(this.#inbox.clear());
  }

  /** @param {Promise<void>} promise */
  async #do(promise) {
    byId('problem', HTMLElement).textContent = '';
    await promise.catch((error) => this.#failed(error));
  }

  /** @param {import('../client/errors.js').ParleyError} error */
  #failed(error) {
    byId('problem', HTMLElement).textContent = t('chat.failed', { why: explain(error) });
  }

  #paintSoon() {
    if (this.#painting) return;
    this.#painting = true;
    requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.#painting = false;
    const { list, unread, loaded, more } = this.#inbox;
    const shown = arranged(list, this.#onlyUnread);
    const place = this.#focused();
    this.#list.replaceChildren(...shown.map((one) => this.#entry(one)));
    this.#restore(place);
    byId('count', HTMLElement).textContent = loaded ? t('inbox.unreadCount', { count: unread }) : '';
    byId('read-all', HTMLButtonElement).disabled = unread === 0;
    byId('clear', HTMLButtonElement).disabled = list.length === 0;
    byId('older', HTMLButtonElement).hidden = !more;
    byId('nothing', HTMLElement).hidden = shown.length > 0;
    byId('nothing', HTMLElement).textContent = t(!loaded ? 'inbox.loading' : this.#onlyUnread ? 'inbox.emptyUnread' : 'inbox.empty');
  }

  /** Which entry and which of its buttons has the keyboard, so that it has it again after painting. */
  #focused() {
    const entry = document.activeElement?.closest('#inbox > li');
    const index = entry ? [...this.#list.children].indexOf(entry) : -1;
    const act = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.act;
    return index < 0 ? null : { index, act, id: /** @type {HTMLElement} */ (entry).dataset.id };
  }

  /** @param {{index: number, act?: string, id?: string} | null} place */
  #restore(place) {
    if (!place) return;
    const entries = /** @type {HTMLElement[]} */ ([...this.#list.children]);
    const entry = entries.find(({ dataset }) => dataset.id === place.id) ?? entries[Math.min(place.index, entries.length - 1)];
    const button = /** @type {HTMLElement | null | undefined} */ (entry?.querySelector(`[data-act="${place.act}"]`));
    (button ?? byId('title', HTMLElement)).focus();
  }

  /** @param {Notification} one */
  #entry(one) {
    const { id, urgent, read, from, time, scope } = one;
    const facts = [from?.name || from?.id ? t('inbox.from', { name: from.name || from.id }) : '', scope === 'tenant' ? t('inbox.toAll') : ''];
    const body = bodyOf(one);
    return h('li', { class: 'notification', 'data-id': id, 'data-read': String(read), 'data-urgent': urgent ? 'true' : null },
      h('span', { class: 'notification-icon' }, icon(urgent ? 'alert' : 'bell')),
      h('div', { class: 'notification-text' },
        h('p', { class: 'notification-title' }, urgent && h('span', { class: 'tag' }, t('inbox.urgent')), titleOf(one)),
        body && h('p', { class: 'notification-body' }, body),
        h('p', { class: 'hint' }, h('time', { datetime: time }, shortTime(time)), ...facts.filter(Boolean).map((fact) => ` · ${fact}`))),
      h('div', { class: 'notification-actions' },
        this.#button('read', read ? 'inbox.markUnread' : 'inbox.markRead', read ? 'bell' : 'check', one, () => this.#inbox.markRead(id, !read)),
        this.#button('remove', 'inbox.remove', 'trash', one, () => this.#inbox.remove(id))));
  }

  /** @param {string} act @param {string} key @param {string} symbol @param {Notification} one @param {() => Promise<void>} run */
  #button(act, key, symbol, one, run) {
    const label = `${t(key)}: ${titleOf(one)}`;
    return h('button', { type: 'button', class: 'icon-button', 'data-act': act, title: t(key), 'aria-label': label, onclick: () => this.#do(run()) }, icon(symbol));
  }

  /** Up and down go from one to the next. @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const place = step ? this.#focused() : null;
    if (!step || !place) return;
    event.preventDefault();
    const next = this.#list.children[place.index + step];
    /** @type {HTMLElement | null | undefined} */ (next?.querySelector(`[data-act="${place.act}"]`))?.focus();
  }
}

/** Who may notify others can do so here. @param {Parley} parley @param {import('./sign-in.js').Identity} identity */
function sending(parley, { roles }) {
  if (!roles.includes('publisher')) return;
  const form = byId('send-form', HTMLFormElement);
  const [to, text, urgent] = ['send-to', 'send-text', 'send-urgent'].map((id) => byId(id, HTMLInputElement));
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const users = to.value.split(',').map((id) => id.trim()).filter(Boolean);
    const body = { users, kind: 'note', data: { title: text.value }, urgent: urgent.checked };
    const headers = { 'Idempotency-Key': parley.platform.newKey() };
    const outcome = byId('send-outcome', HTMLElement);
    try {
      await parley.call('notifications', { method: 'POST', headers, body });
      outcome.textContent = t('inbox.sent');
      text.value = '';
    } catch (error) {
      outcome.textContent = t('chat.failed', { why: explain(/** @type {any} */ (error)) });
    }
  });
}

applySettings();
const identity = await signIn();
const parley = new Parley('./', { getToken: identity.getToken });
new ConnectionView(parley);
const inbox = header('notifications', parley, identity);
new Inbox(inbox);
sending(parley, identity);
parley.connect();
