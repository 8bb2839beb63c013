import { Emitter } from './emitter.js';
import { ParleyError } from './errors.js';
import { channelPath, queryOf } from './paths.js';

/**
 * @typedef {import('./parley.js').Parley} Parley
 * @typedef {import('./types.js').Push} Push
 *
 * @typedef {object} Person
 * @property {string} id
 * @property {string} [name]
 * @property {'online' | 'away' | 'busy'} status
 * @property {string} [info] what they say about themselves
 *
 * @typedef {object} PresenceEvents
 * @property {Person[]} change who is there now; after each push, however many people it was about
 * @property {Person} join
 * @property {Person} update another name, status or info
 * @property {Person} leave as they were last seen
 *
 * @typedef {object} Reachability
 * @property {string} id
 * @property {string} [name]
 * @property {'online' | 'away' | 'busy' | 'offline'} status
 * @property {string} [info]
 * @property {string} [lastSeen] absent when nobody knows
 * @property {Array<{transport: string, device?: string}>} devices
 */

/** @type {WeakMap<import('./subscription.js').Subscription, Presence>} */
const known = new WeakMap();

/**
 * Who is in a channel; subscribes it if need be. Asked again for the same subscription it gives the same object, because
 * the server tells the list once.
 * @param {Parley} parley
 * @param {string} channel of a namespace with presence
 * @returns {Presence}
 */
export function presenceIn(parley, channel) {
  const subscription = parley.subscribe(channel, { watching: ['presence'] });
  const presence = known.get(subscription) ?? new Presence(subscription);
  known.set(subscription, presence);
  return presence;
}

/**
 * The people of a channel, as exact as the server tells them: a list, the changes behind it, and a new list after each
 * break. `join` and `leave` come once for each person, also when a new list is what says so.
 * @extends {Emitter<PresenceEvents>}
 */
export class Presence extends Emitter {
  /** @type {Map<string, Person>} */
  #people = new Map();
  #current = false;

  /** @param {import('./subscription.js').Subscription} subscription */
  constructor(subscription) {
    super();
    this.channel = subscription.channel;
    subscription.on('push', (push) => push.type === 'presence' && this.#pushed(push));
    subscription.on('state', ({ state }) => state !== 'subscribed' && this.#outdated());
  }

  /** Those who are there, or were when the connection was lost. */
  get people() {
    return [...this.#people.values()];
  }

  /** Whether `people` is what the server says now: false before the first list, and while there is no connection. */
  get current() {
    return this.#current;
  }

  /** @param {string} id of a user */
  get(id) {
    return this.#people.get(id);
  }

  /** @param {Push} push */
  #pushed({ event, user, more = [], users }) {
    if (!event) this.#replace(users ?? []);
    else for (const person of [user, ...more]) this.#apply(event, person);
    this.emit('change', this.people);
  }

  /** @param {Person[]} users */
  #replace(users) {
    const there = new Set(users.map(({ id }) => id));
    this.#current = true;
    for (const person of this.people) if (!there.has(person.id)) this.#remove(person.id);
    for (const person of users) this.#put(person);
  }

  /** Before the first list there is nothing that a change could change. @param {string} event @param {Person} person */
  #apply(event, person) {
    if (!this.#current) return;
    if (event === 'leave') this.#remove(person.id);
    else this.#put(person);
  }

  /** @param {Person} person */
  #put(person) {
    const before = this.#people.get(person.id);
    this.#people.set(person.id, person);
    if (!before) this.emit('join', person);
    else if (!same(before, person)) this.emit('update', person);
  }

  /** @param {string} id */
  #remove(id) {
    const person = this.#people.get(id);
    this.#people.delete(id);
    if (person) this.emit('leave', person);
  }

  #outdated() {
    if (!this.#current) return;
    this.#current = false;
    this.emit('change', this.people);
  }
}

/**
 * A page of who is in a channel, in the order of their ids; for channels with too many people for a list.
 * @param {Parley} parley
 * @param {string} channel
 * @param {{after?: string, limit?: number}} [page]
 * @returns {Promise<{channel: string, users: Person[], total: number, next?: string}>}
 */
export function presencePage(parley, channel, page = {}) {
  return parley.call(channelPath(channel, 'presence'), { query: queryOf(page) });
}

/**
 * How reachable people are, in the order of the question.
 * @param {Parley} parley
 * @param {string[]} users at most 100 ids
 * @returns {Promise<Reachability[]>}
 */
export async function reachability(parley, users) {
  return (await parley.call('presence', { query: [['users', users.join(',')]] })).users;
}

/**
 * How you want to be seen, on whatever device, until you are offline.
 * @param {Parley} parley
 * @param {'online' | 'away' | 'busy'} status
 * @param {string} [info] at most 128 characters
 * @returns {Promise<void>} rejected with `unsupported` on a transport without commands: there is no HTTP call for it
 */
export async function setStatus(parley, status, info) {
  const reply = parley.command('status', { status, info });
  if (!reply) throw new ParleyError('unsupported', 'the status can be set over a WebSocket only');
  await reply;
}

/** @param {Person} a @param {Person} b */
function same(a, b) {
  return a.name === b.name && a.status === b.status && a.info === b.info;
}
