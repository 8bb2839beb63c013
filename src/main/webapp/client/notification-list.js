/**
 * @typedef {import('./types.js').User} User
 * @typedef {import('./types.js').Message} Message
 * @typedef {'user' | 'tenant'} Scope
 * @typedef {Record<Scope, number>} UpTo the newest numbers of each scope
 *
 * @typedef {object} Notification
 * @property {string} id
 * @property {Scope} scope whether it came to you or to your whole tenant
 * @property {number} number grows within the scope
 * @property {string} kind
 * @property {any} data
 * @property {boolean} urgent
 * @property {User} [from]
 * @property {string} time
 * @property {boolean} read
 *
 * @typedef {{notifications: Notification[], unread: number, upTo: UpTo, next?: string}} NotificationPage
 * @typedef {{unread: number, upTo: UpTo}} UnreadCount
 * @typedef {{scope: Scope, number: number, read?: boolean, removed?: boolean}} Word
 */

/** Words about notifications that are not there; more cannot be on their way. */
const WORDS_LIMIT = 1_000;
const ALL = { user: Infinity, tenant: Infinity };

/**
 * A list and the pushes behind it. The pushes come over several channels and overtake each other and the list, so each
 * may be about something that the list has already, or that has not come yet.
 */
export class NotificationList {
  /** @type {Map<string, Notification>} */
  #known = new Map();
  /** @type {UpTo} what the list has, or had */
  #listed = { user: 0, tenant: 0 };
  /** @type {UpTo} what the last count has counted */
  #counted = { user: 0, tenant: 0 };
  /** Unread ones that are not known here. */
  #rest = 0;
  /** @type {Map<string, Word>} what was said about those that are not there */
  #words = new Map();
  /** @type {UpTo} */
  #readUpTo = { user: 0, tenant: 0 };
  /** @type {UpTo} */
  #clearedUpTo = { user: 0, tenant: 0 };

  /** Newest first. */
  get all() {
    return [...this.#known.values()].sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : b.number - a.number));
  }

  get size() {
    return this.#known.size;
  }

  get unread() {
    return Math.max(0, this.#rest + this.#unreadKnown(ALL));
  }

  /** The newest numbers that were heard of. @type {UpTo} */
  get upTo() {
    const upTo = { ...this.#listed };
    for (const { scope, number } of this.#known.values()) upTo[scope] = Math.max(upTo[scope], number);
    return upTo;
  }

  /** @param {string} id */
  get(id) {
    return this.#known.get(id);
  }

  /** A fresh list, from its beginning. @param {NotificationPage} page */
  begin({ notifications, unread, upTo }) {
    this.#known = new Map(notifications.map((each) => [each.id, each]));
    this.#listed = upTo;
    this.#words.clear();
    // What was said before is in the list.
    this.#readUpTo = { user: 0, tenant: 0 };
    this.#clearedUpTo = { user: 0, tenant: 0 };
    this.count({ unread, upTo });
  }

  /** Older ones; what was said while they were on their way holds for them. @param {NotificationPage} page */
  extend({ notifications }) {
    for (const each of notifications) {
      if (this.#known.has(each.id) || this.#isGone(each)) continue;
      const read = this.#words.get(each.id)?.read ?? (each.read || each.number <= this.#readUpTo[each.scope]);
      this.#known.set(each.id, { ...each, read });
      if (!each.read) this.#rest--;
    }
  }

  /** What the server counts now. @param {UnreadCount} answer */
  count({ unread, upTo }) {
    this.#counted = upTo;
    this.#rest = unread - this.#unreadKnown(upTo);
  }

  /**
   * @param {Message} message of the channels `user:`, `urgent:` and `org:`
   * @returns {Notification | 'changed' | null} one that is new; that others have changed; or nothing
   */
  take({ event, data, messageId, user, time }) {
    if (event === 'notification') return this.#add({ id: messageId, ...data, from: user, time, read: false });
    if (event === 'notification-read') return this.#say(data.id, data);
    if (event === 'notification-removed') return this.#say(data.id, { ...data, removed: true });
    if (event === 'notifications-read') return this.#readAll(data.upTo);
    if (event === 'notifications-cleared') return this.#clear(data.upTo);
    return null;
  }

  /** @param {Notification} one */
  #add(one) {
    if (one.number <= this.#listed[one.scope] || this.#known.has(one.id) || this.#isGone(one)) return null;
    const read = this.#words.get(one.id)?.read ?? one.number <= this.#readUpTo[one.scope];
    const added = { ...one, read };
    this.#known.set(one.id, added);
    if (!read && one.number <= this.#counted[one.scope]) this.#rest--;
    return added;
  }

  /** @param {{id: string, scope: Scope, number: number}} one */
  #isGone({ id, scope, number }) {
    return this.#words.get(id)?.removed || number <= this.#clearedUpTo[scope];
  }

  /** @param {string} id @param {Word} word @returns {'changed'} */
  #say(id, word) {
    const one = this.#known.get(id);
    if (one && word.read !== undefined) this.#known.set(id, { ...one, read: word.read });
    if (one && word.removed) this.#known.delete(id);
    this.#words.set(id, { ...this.#words.get(id), ...word });
    if (this.#words.size > WORDS_LIMIT) this.#words.delete(/** @type {string} */ (this.#words.keys().next().value));
    return 'changed';
  }

  /** @param {UpTo} upTo @returns {'changed'} */
  #readAll(upTo) {
    this.#readUpTo = newer(this.#readUpTo, upTo);
    for (const [id, one] of this.#known) if (one.number <= upTo[one.scope]) this.#known.set(id, { ...one, read: true });
    for (const word of this.#words.values()) if (word.number <= upTo[word.scope]) word.read = true;
    return 'changed';
  }

  /** @param {UpTo} upTo @returns {'changed'} */
  #clear(upTo) {
    this.#clearedUpTo = newer(this.#clearedUpTo, upTo);
    for (const [id, { scope, number }] of this.#known) if (number <= upTo[scope]) this.#known.delete(id);
    return 'changed';
  }

  /** @param {UpTo} upTo */
  #unreadKnown(upTo) {
    return [...this.#known.values()].filter(({ read, scope, number }) => !read && number <= upTo[scope]).length;
  }
}

/** @param {UpTo} a @param {UpTo} b @returns {UpTo} */
function newer(a, b) {
  return { user: Math.max(a.user, b.user), tenant: Math.max(a.tenant, b.tenant) };
}
