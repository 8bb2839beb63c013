import { Emitter } from './emitter.js';
import { kindOf } from './entries.js';

/**
 * @typedef {import('./parley.js').Parley} Parley
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').User} User
 * @typedef {import('./types.js').Reaction} Reaction
 *
 * @typedef {object} TimelineEvents
 * @property {Timeline} change
 * @property {Message} message one that is new at the end
 * @property {import('./errors.js').ParleyError} error it cannot be begun again; `begin` tries once more
 */

/** More are not kept unless that is asked for: the earliest are let go, the history has them. */
const LIMIT = 5_000;
/** Changes of messages that are not here wait for a page that may have been read before them. */
const CHANGES_LIMIT = 500;
const PAGE = 50;

/**
 * A channel as people see it: its messages in order, each in its present form, whatever of it came as a message, as a page
 * of the history or as a change. Every change counts once.
 * @extends {Emitter<TimelineEvents>}
 */
export class Timeline extends Emitter {
  #parley;
  #subscription;
  #me;
  #limit;
  /** @type {Map<string, Message>} */
  #messages = new Map();
  /** @type {Message[]} the last changes */
  #changes = [];
  /** @type {string | undefined} */
  #next;
  #begun = false;
  /** What was asked for before is void. */
  #round = 0;
  /** @type {Array<() => void>} */
  #stops;

  /**
   * @param {Parley} parley
   * @param {string} channel subscribed if need be
   * @param {{me?: string, limit?: number}} [options] `me`: your user id, by which your own reactions are known; else that of the connection.
   *   `limit`: so many messages are kept
   */
  constructor(parley, channel, { me, limit = LIMIT } = {}) {
    super();
    this.#parley = parley;
    this.#me = me;
    this.#limit = limit;
    this.#subscription = parley.subscribe(channel);
    this.#stops = [
      this.#subscription.on('message', (message) => this.#arrived(message)),
      this.#subscription.on('reload', () => this.begin().catch((error) => this.emit('error', error))),
    ];
  }

  get channel() {
    return this.#subscription.channel;
  }

  /** Up to where everything has been delivered. */
  get position() {
    return this.#subscription.position;
  }

  /** Whether a page has been read. */
  get begun() {
    return this.#begun;
  }

  /** In the order of the log. */
  get messages() {
    return [...this.#messages.values()].sort((a, b) => a.offset - b.offset);
  }

  /** Whether there may be earlier ones, and room for them. */
  get more() {
    return this.#next !== undefined && this.#messages.size < this.#limit;
  }

  /** @param {string} messageId */
  get(messageId) {
    return this.#messages.get(messageId);
  }

  /** Reads the newest page, in place of what there is. @returns {Promise<void>} */
  begin() {
    this.#round++;
    return this.#read({}, true);
  }

  /** Reads the page before. @returns {Promise<void>} */
  async earlier() {
    if (this.more) await this.#read({ before: this.#next }, false);
  }

  /** Hears nothing more; the subscription stays. */
  close() {
    this.#round++;
    for (const stop of this.#stops) stop();
  }

  /** @param {{before?: string}} query @param {boolean} anew */
  async #read(query, anew) {
    const round = this.#round;
    const begun = [...this.#messages.keys()];
    const page = await this.#parley.history(this.#subscription.channel, { ...query, limit: PAGE });
    if (round !== this.#round || (!anew && query.before !== this.#next)) return;
    if (anew) for (const id of begun) this.#messages.delete(id);
    this.#begun = true;
    this.#next = page.next;
    for (const message of page.messages) this.#insert(message);
    this.emit('change', this);
  }

  /** @param {Message} message */
  #insert(message) {
    if (this.#messages.has(message.messageId)) return;
    this.#messages.set(message.messageId, message);
    for (const change of this.#changes) this.#apply(change, message.messageId);
  }

  /** Of earlier messages that come with a subscription the reactions are not told; `begin` reads those. @param {import('./types.js').DeliveredMessage} message */
  #arrived({ via, ...message }) {
    if (via === 'history') return;
    const kind = kindOf(message);
    const shown = kind === 'message' || kind === 'notice';
    if (shown) this.#insert(message);
    else this.#change(message, kind);
    if (shown) this.emit('message', /** @type {Message} */ (this.get(message.messageId)));
    this.#trim();
    this.emit('change', this);
  }

  /** @param {Message} change @param {import('./entries.js').EntryKind} kind */
  #change(change, kind) {
    this.#changes.push(change);
    if (this.#changes.length > CHANGES_LIMIT) this.#changes.shift();
    const changed = kind === 'erasure' ? [...this.#messages.keys()] : [change.data.messageId];
    for (const messageId of changed) this.#apply(change, messageId);
  }

  /** Those that the message has already are left out: it says up to which. @param {Message} change @param {string} messageId */
  #apply(change, messageId) {
    const message = this.#messages.get(messageId);
    if (!message || (change.data.messageId ?? messageId) !== messageId || change.offset <= message.offset) return;
    const changed = changedBy(message, change, this.#me ?? this.#parley.info?.user?.id);
    if (changed) this.#messages.set(messageId, changed);
  }

  #trim() {
    if (this.#messages.size <= this.#limit) return;
    const first = this.messages[0];
    this.#messages.delete(first.messageId);
    this.#next = String(this.messages[0].offset);
  }
}

/**
 * @param {Message} message
 * @param {Message} change
 * @param {string | undefined} me
 * @returns {Message | null} null: it has the change already, or is gone
 */
function changedBy(message, change, me) {
  const { offset: version, time, data, user } = change;
  const kind = kindOf(change);
  if (message.deleted && kind !== 'erasure') return null;
  switch (kind) {
    case 'erasure':
      return message.user?.id === data.user ? { ...message, event: 'erased', data: null, user: undefined } : null;
    case 'update':
      return version > (message.edited?.version ?? 0) ? { ...message, data: data.data, edited: { version, time } } : null;
    case 'deletion':
      return { ...message, data: null, mentions: undefined, reactions: undefined, deleted: { version, time } };
    case 'reaction':
      if (version <= (message.reactionsOffset ?? 0) || !user) return null;
      return { ...message, reactions: reacted(message.reactions ?? [], data, user, user.id === me), reactionsOffset: version };
    default:
      return null;
  }
}

/** As many as the server names. */
const NAMED = 10;

/**
 * @param {Reaction[]} reactions
 * @param {{reaction: string, removed: boolean}} change
 * @param {User} user
 * @param {boolean} mine
 * @returns {Reaction[]}
 */
function reacted(reactions, { reaction, removed }, user, mine) {
  const before = reactions.find((each) => each.reaction === reaction) ?? { reaction, count: 0, users: [] };
  if (removed && before.count === 0) return reactions;
  const others = before.users.filter(({ id }) => id !== user.id);
  const after = {
    ...before,
    count: before.count + (removed ? -1 : 1),
    mine: mine ? !removed : before.mine,
    users: removed ? others : [...others, user].slice(0, NAMED),
  };
  if (before.count === 0) return [...reactions, after];
  return reactions.map((each) => (each === before ? after : each)).filter(({ count }) => count > 0);
}
