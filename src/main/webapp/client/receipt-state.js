import { kindOf } from './entries.js';

/**
 * @typedef {import('./types.js').User} User
 * @typedef {import('./types.js').Message} Message
 *
 * Where the caller stands. `unread` has counted up to `asOf`.
 * @typedef {{user: User, delivered: number, read: number, unread: number, asOf: number}} Standing
 *
 * @typedef {{delivered: number, read: number}} Marks how far somebody has come; both never move back
 */

/** As many people as a room may have; whoever comes beyond them is not shown. */
const PEOPLE_LIMIT = 1_000;
/** Each acknowledgement brings a new count from the server, so there are never many behind it. */
const COUNTED_LIMIT = 1_000;

/** What is known of how far people have come, from answers and pushes that may overtake each other. */
export class ReceiptState {
  /** @type {Map<string, Marks>} */
  #others = new Map();
  /** @type {Standing | null} */
  #own = null;
  /** @type {Map<number, string | undefined>} messages that the server's count may not have, and who has written them */
  #behind = new Map();

  get own() {
    return this.#own;
  }

  get others() {
    return /** @type {ReadonlyMap<string, Marks>} */ (this.#others);
  }

  /** Whether there is no room for more people. */
  get full() {
    return this.#others.size >= PEOPLE_LIMIT;
  }

  /** The server's count with what has come since, without one's own; undefined before there is a count. */
  get unread() {
    const own = this.#own;
    return own ? own.unread + [...this.#behind.values()].filter((user) => user !== own.user.id).length : undefined;
  }

  /** @param {number} offset */
  readers(offset) {
    return [...this.#others].filter(([, { read }]) => read >= offset).map(([user]) => user);
  }

  /** @param {Message} message @returns {boolean} whether it has changed the count */
  arrived(message) {
    const { offset, user, data } = message;
    const kind = kindOf(message);
    if (kind === 'deletion') return this.#behind.delete(data.offset);
    if (kind !== 'message' || offset <= (this.#own?.asOf ?? 0)) return false;
    this.#behind.set(offset, user?.id);
    if (this.#behind.size > COUNTED_LIMIT) this.#behind.delete(/** @type {number} */ (this.#behind.keys().next().value));
    return true;
  }

  /**
   * @param {Standing} standing
   * @returns {boolean} false when it is older than what is known, but has something that is not: the server is to be asked
   */
  stand(standing) {
    const own = this.#own;
    if (own && (standing.asOf < own.asOf || standing.read < own.read)) return standing.read <= own.read;
    this.#own = { ...standing, delivered: Math.max(own?.delivered ?? 0, standing.delivered) };
    this.#others.delete(standing.user.id);
    for (const offset of [...this.#behind.keys()]) if (offset <= standing.asOf) this.#behind.delete(offset);
    return true;
  }

  /** @param {string} user @param {Partial<Marks>} marks */
  mark(user, { delivered = 0, read = 0 }) {
    const before = this.#others.get(user);
    if (user === this.#own?.user.id || (!before && this.full)) return;
    const reached = Math.max(before?.read ?? 0, read);
    this.#others.set(user, { delivered: Math.max(before?.delivered ?? 0, delivered, read), read: reached });
  }

  /** The log may be another one now. */
  forget() {
    this.#own = null;
    this.#others.clear();
    this.#behind.clear();
  }
}
