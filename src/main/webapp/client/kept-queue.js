import { personOf } from './claims.js';
import { Emitter } from './emitter.js';
import { ParleyError } from './errors.js';
import { KeptItems } from './kept-items.js';
import { withExtras } from './platform-extras.js';

/**
 * @typedef {import('./parley.js').Parley} Parley
 * @typedef {import('./types.js').Publication} Publication
 * @typedef {import('./types.js').Published} Published
 * @typedef {import('./kept-items.js').Item} Item
 *
 * @typedef {object} Restored
 * @property {Publication} publication as it was published in an earlier life of the page
 * @property {Promise<Published>} published settled like that of `publish`
 *
 * @typedef {object} KeptQueueEvents
 * @property {Restored} restored something was found and is being sent again, under its key
 * @property {ParleyError} error `keep_failed`: what is published lives in this page only, for now. `kept_unreadable`: something that
 *   was stored is not ours, or broken, and was left alone
 *
 * @typedef {object} KeepOptions
 * @property {'local' | 'session'} [storage] `session` is this tab's and ends with it; `local` is the browser's
 * @property {string} [person] whose messages these are; else that is read from the token
 * @property {boolean} [failed] what has failed stays too: the next life of the page tries it once more, unless `forget` has let it go
 */

/** The server knows a key for 24 hours. Near their end nothing is sent any more: it might be stored twice. */
const TOO_LONG_MS = 23 * 3_600_000;

/**
 * Keeps what is published and not answered in the browser's storage, so that a page that is reloaded, or a browser that is started
 * again, sends it after all.
 *
 * Guarantees: everything is sent under its first key, so it is stored once, however many tabs send it. What the server has answered,
 * for or (without `failed`) against, is kept no longer. One person's messages are never sent as another's, and stay until that person is back. Does not
 * guarantee anything while `error` says that nothing can be kept.
 * @param {Parley} parley
 * @param {KeepOptions} [options]
 * @returns {KeptQueue}
 */
export function keepQueue(parley, options = {}) {
  return new KeptQueue(parley, options);
}

/**
 * What is on its way, in this page and in the storage.
 * @extends {Emitter<KeptQueueEvents>}
 */
export class KeptQueue extends Emitter {
  /** @type {Map<string, Restored>} by key */
  #restored = new Map();
  /** @type {Map<string, Item>} what this page has on its way, by key */
  #mine = new Map();
  #parley;
  #platform;
  #kind;
  #keepsFailed;
  #owner;
  /** @type {KeptItems | null} none until it is known whose */
  #items = null;
  #count = 0;
  #failing = false;

  /**
   * @param {Parley} parley
   * @param {KeepOptions} options
   */
  constructor(parley, { storage = 'local', person, failed = false }) {
    super();
    this.#parley = parley;
    this.#platform = withExtras(parley.platform);
    this.#kind = storage;
    this.#keepsFailed = failed;
    this.#owner = this.#platform.newKey();
    parley.keeper = (publication, answer) => this.#keep(publication, answer);
    parley.on('state', ({ state }) => state === 'connected' && this.#identify());
    if (person === undefined) this.#identify();
    else queueMicrotask(() => this.#begin(person));
  }

  /** What was found and is not answered yet, by key. @returns {ReadonlyMap<string, Restored>} */
  get restored() {
    return this.#restored;
  }

  /** No later life of the page sends it; what is on its way in this one still goes out. @param {string} key */
  forget(key) {
    this.#mine.delete(key);
    this.#items?.remove(key);
  }

  /** Without a token nothing is kept, for it is not known whose it would be; the next connection has one. */
  async #identify() {
    if (this.#items) return;
    const token = await this.#parley.context.tokens.current().catch(() => '');
    const person = token && personOf(token);
    if (person) this.#begin(person);
    else if (token) this.#fail('the token does not say whose it is: give `person`');
  }

  /** @param {string} person */
  #begin(person) {
    if (this.#items) return;
    try {
      const storage = this.#platform.storage(this.#kind);
      this.#items = new KeptItems(storage, `parley.queue ${this.#parley.context.base.href} ${person} `);
      for (const item of this.#mine.values()) this.#write(item);
      this.#claim();
      this.#findOthers();
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** As long as this page lives, nobody else sends what is its own. */
  #claim() {
    this.#platform.locks?.request(lockOf(this.#owner), () => new Promise(() => {})).catch(() => {});
  }

  /** What a page that is gone has left is taken on at once, what a living one has on its way when that one ends. */
  #findOthers() {
    const { locks } = this.#platform;
    const owners = new Set(this.#read().map(({ owner }) => owner));
    owners.delete(this.#owner);
    for (const owner of owners) {
      if (this.#kind === 'session' || !locks) this.#adopt(owner);
      else locks.request(lockOf(owner), () => this.#adopt(owner)).catch((thrown) => this.#fail(thrown));
    }
  }

  /** @returns {Item[]} */
  #read() {
    const { items = [], unreadable = [] } = this.#items?.read() ?? {};
    for (const name of unreadable) this.emit('error', new ParleyError('kept_unreadable', `"${name}" in the ${this.#kind} storage cannot be read`));
    return items;
  }

  /** @param {string} owner */
  #adopt(owner) {
    for (const item of this.#read()) {
      const { key } = item.publication;
      if (item.owner === owner && !this.#mine.has(key)) this.#restore(key, { ...item, owner: this.#owner });
    }
  }

  /** @param {string} key @param {Item} item */
  #restore(key, item) {
    const late = this.#platform.now() - item.at > TOO_LONG_MS;
    this.#mine.set(key, item);
    if (!late) this.#write(item);
    const { channel, data, ...options } = item.publication;
    const published = late ? Promise.reject(tooLate(item)) : this.#parley.publish(channel, data, options);
    const restored = { publication: item.publication, published };
    this.#restored.set(key, restored);
    const done = () => this.#restored.delete(key);
    published.then(done, done);
    if (late && !this.#keepsFailed) this.forget(key);
    this.emit('restored', restored);
  }

  /** @param {Publication} publication @param {Promise<Published>} answer */
  #keep(publication, answer) {
    const { key } = publication;
    const fresh = !this.#mine.has(key);
    if (fresh) this.#add(key, publication);
    const failed = (/** @type {ParleyError} */ { code }) => {
      const open = this.#keepsFailed || code === 'closed' || (!fresh && code === 'queue_full');
      if (!open) this.forget(key);
    };
    answer.then(() => this.forget(key), failed);
  }

  /** As it is now: what the application does to it later does not count. @param {string} key @param {Publication} publication */
  #add(key, publication) {
    const item = { v: /** @type {1} */ (1), at: this.#platform.now(), n: ++this.#count, owner: this.#owner, publication: copyOf(publication) };
    this.#mine.set(key, item);
    this.#write(item);
  }

  /** @param {Item} item */
  #write(item) {
    try {
      this.#items?.write(item);
      this.#failing = false;
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** Told once, until something can be kept again. @param {unknown} reason */
  #fail(reason) {
    if (this.#failing) return;
    this.#failing = true;
    this.emit('error', new ParleyError('keep_failed', `what is published is not kept: ${reason}`));
  }
}

/** @param {string} owner */
function lockOf(owner) {
  return `parley.queue ${owner}`;
}

/** @param {Publication} publication @returns {Publication} */
function copyOf(publication) {
  return JSON.parse(JSON.stringify(publication));
}

/** @param {Item} item */
function tooLate({ at, publication }) {
  const since = new Date(at).toISOString();
  return new ParleyError('kept_too_long', `a message for ${publication.channel} of ${since} was kept for too long to be sent safely`);
}
