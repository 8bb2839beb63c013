import { channelOf, queryOf } from './paths.js';

/**
 * @typedef {import('./parley.js').Parley} Parley
 * @typedef {import('./types.js').Message} Message
 * @typedef {'owner' | 'member' | 'reader'} Role
 *
 * @typedef {object} Room
 * @property {string} id
 * @property {string} channel in which it is spoken
 * @property {string} name
 * @property {'public' | 'private'} visibility
 * @property {boolean} archived
 * @property {number} members
 * @property {Role} [role] yours, if you are a member
 * @property {string} [createdBy]
 * @property {string} createdAt
 *
 * @typedef {{user: string, role: Role, joinedAt: string}} Member
 *
 * @typedef {object} Conversation
 * @property {string} channel
 * @property {string} [name] of a room
 * @property {'public' | 'private'} [visibility]
 * @property {boolean} [archived]
 * @property {string} [user] the other one of a direct conversation
 * @property {string} epoch
 * @property {number} offset
 * @property {number} delivered
 * @property {number} read
 * @property {number} unread as of `offset`
 * @property {Message} [lastMessage]
 *
 * @typedef {{cursor?: string, limit?: number}} Page `cursor` is the `next` of the page before
 */

/** Rooms, their members, and the caller's conversations. Everything is rejected with a ParleyError when it fails. */
export class Rooms {
  #parley;

  /** @param {Parley} parley */
  constructor(parley) {
    this.#parley = parley;
  }

  /**
   * Makes a room, whose owner you are.
   * @param {string} name
   * @param {'public' | 'private'} [visibility]
   * @returns {Promise<Room>}
   */
  create(name, visibility = 'public') {
    return this.#parley.call('rooms', { method: 'POST', body: { name, visibility } });
  }

  /**
   * The rooms that you may know of, the oldest first.
   * @param {Page & {member?: boolean}} [page] `member`: only your own
   * @returns {Promise<{rooms: Room[], next?: string}>}
   */
  list(page = {}) {
    return this.#parley.call('rooms', { query: queryOf(page) });
  }

  /** @param {string} id @returns {Promise<Room>} */
  get(id) {
    return this.#parley.call(roomPath(id));
  }

  /** @param {string} id @param {string} name @returns {Promise<Room>} */
  rename(id, name) {
    return this.#parley.call(roomPath(id), { method: 'PATCH', body: { name } });
  }

  /** From now on it is read and nothing else. @param {string} id @returns {Promise<Room>} */
  archive(id) {
    return this.#parley.call(roomPath(id), { method: 'PATCH', body: { archived: true } });
  }

  /** Opens an archived room again. @param {string} id @returns {Promise<Room>} */
  restore(id) {
    return this.#parley.call(roomPath(id), { method: 'PATCH', body: { archived: false } });
  }

  /**
   * In the order of their ids.
   * @param {string} id
   * @param {Page} [page]
   * @returns {Promise<{members: Member[], next?: string}>}
   */
  members(id, page = {}) {
    return this.#parley.call(roomPath(id, 'members'), { query: queryOf(page) });
  }

  /**
   * Lets somebody in or gives them another role, as an owner; with your own id you join a public room.
   * @param {string} id
   * @param {string} user
   * @param {Role} [role] without it who is a member already stays what they are
   * @returns {Promise<Member>}
   */
  putMember(id, user, role) {
    return this.#parley.call(roomPath(id, 'members', user), { method: 'PUT', body: { role } });
  }

  /** Removes somebody, as an owner; with your own id you leave. @param {string} id @param {string} user @returns {Promise<void>} */
  removeMember(id, user) {
    return this.#parley.call(roomPath(id, 'members', user), { method: 'DELETE' });
  }

  /**
   * Your rooms and direct conversations with last message and unread count, those that were active last first.
   * @param {Page} [page]
   * @returns {Promise<{conversations: Conversation[], next?: string}>}
   */
  conversations(page = {}) {
    return this.#parley.call('conversations', { query: queryOf(page) });
  }

  /** The channel of your conversation with somebody: nobody needs to create it. @param {string} user */
  static direct(user) {
    return channelOf('direct', user);
  }
}

/** @param {...string} steps */
function roomPath(...steps) {
  return ['rooms', ...steps].map(encodeURIComponent).join('/');
}
