import { h, icon } from './dom.js';
import { titleOf } from './notification-text.js';
import { t } from './settings.js';

/** @typedef {import('../client/notification-list.js').Notification} Notification */

/** More at once would cover the page; the inbox has them all. */
const SHOWN = 3;
const SHOWN_MS = 8_000;

/** What is new, for a moment in the corner. An urgent one stays until it is closed. */
export class Toasts {
  #region = h('div', { id: 'toasts', class: 'toasts', role: 'region', 'aria-live': 'polite', 'aria-label': t('inbox.title') });

  /** @param {import('../client/notifications.js').Notifications} inbox */
  constructor(inbox) {
    document.body.append(this.#region);
    inbox.on('notification', (notification) => this.#show(notification, inbox));
    inbox.on('change', () => this.#dropRead(inbox));
  }

  /** @param {Notification} notification @param {import('../client/notifications.js').Notifications} inbox */
  #show(notification, inbox) {
    const { id, urgent } = notification;
    const toast = h('div', { class: 'toast', 'data-id': id, 'data-urgent': urgent ? 'true' : null },
      icon(urgent ? 'alert' : 'bell'),
      h('a', { class: 'toast-text', href: 'notifications.html' }, urgent && h('strong', {}, `${t('inbox.urgent')}: `), titleOf(notification)),
      h('button', { type: 'button', class: 'icon-button', 'aria-label': t('close'), onclick: () => toast.remove() }, icon('close')));
    this.#region.prepend(toast);
    while (this.#region.children.length > SHOWN) this.#region.lastElementChild?.remove();
    if (!urgent) this.#removeLater(toast);
    this.#dropRead(inbox);
  }

  /** Not while somebody is reading it, or has it under the keyboard. @param {HTMLElement} toast */
  #removeLater(toast) {
    setTimeout(() => (toast.matches(':hover, :focus-within') ? this.#removeLater(toast) : toast.remove()), SHOWN_MS);
  }

  /** What was read elsewhere is news no more. @param {import('../client/notifications.js').Notifications} inbox */
  #dropRead({ list }) {
    for (const toast of this.#region.querySelectorAll('.toast')) {
      const known = list.find(({ id }) => id === /** @type {HTMLElement} */ (toast).dataset.id);
      if (known?.read) toast.remove();
    }
  }
}
