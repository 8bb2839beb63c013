import { platform } from '../../../main/webapp/client/platform.js';
import { withExtras } from '../../../main/webapp/client/platform-extras.js';
import { Hub } from '../../../main/webapp/client/shared-hub.js';

/** A browser: what its pages share, and what ends with a page. */
export class FakeBrowser {
  localStorage = new FakeStorage();
  /** Lock requests by name, the holder first. */
  locks = new Map();
  channels = new Set();
  /** Shared workers by name: each a page of its own without a window. */
  workers = new Map();
  /** Workers take messages and do not answer. */
  deaf = false;
  #pages = new Set();

  /** @param {{server: import('./fake-server.js').FakeServer}} surroundings */
  constructor({ server }) {
    this.server = server;
  }

  page(options) {
    const page = new FakePage(this, options);
    this.#pages.add(page);
    page.onEnd(() => this.#ended(page));
    return page;
  }

  /** A shared worker's port for a page; the worker is started with the first one. */
  serve(page, name) {
    const worker = this.workers.get(name) ?? this.#start(name, page.options);
    const port = { onmessage: null, postMessage: (word) => carry(page, worker.page, word, (copy) => this.deaf || tab.hear(copy)) };
    const tab = worker.hub.attach((word) => carry(worker.page, page, word, (data) => port.onmessage?.({ data })));
    return port;
  }

  #start(name, options) {
    const page = new FakePage(this, options);
    const hub = new Hub(withExtras(platform({ ...ofPage(page, this.server.platform), ...page.extras })));
    const worker = { page, hub };
    this.workers.set(name, worker);
    page.onEnd(() => this.workers.delete(name));
    return worker;
  }

  /** Workers end with the last page. */
  #ended(page) {
    this.#pages.delete(page);
    if (this.#pages.size === 0) for (const worker of [...this.workers.values()]) worker.page.crash();
  }

  /** Gives the lock to who waits for it first. */
  grant(name) {
    const [first] = this.locks.get(name) ?? [];
    if (!first || first.held) return;
    first.held = true;
    queueMicrotask(async () => {
      try {
        if (!first.page.ended) first.resolve(await first.callback({ name }));
      } catch (error) {
        first.reject(error);
      }
      this.release(name, first);
    });
  }

  release(name, request) {
    const left = (this.locks.get(name) ?? []).filter((each) => each !== request);
    if (left.length) this.locks.set(name, left);
    else this.locks.delete(name);
    this.grant(name);
  }
}

/** A tab, or a worker: ended, it says nothing more and holds nothing more. */
export class FakePage {
  ended = false;
  sessionStorage = new FakeStorage();
  #hides = new Set();
  #ends = new Set();

  constructor(browser, options = {}) {
    const { locks = true, worker = true, broadcast = true } = options;
    this.options = options;
    this.browser = browser;
    const page = this;
    this.extras = {
      storage: (kind) => (kind === 'local' ? browser.localStorage : this.sessionStorage),
      locks: locks ? { request: (name, callback) => this.#lock(name, callback) } : undefined,
      SharedWorker: worker ? class { constructor(url, { name }) { this.port = browser.serve(page, name); } } : undefined,
      BroadcastChannel: broadcast ? class { constructor(name) { return new FakeChannel(page, name); } } : undefined,
      onHide: (hide) => this.#hides.add(hide),
      page: this,
    };
  }

  /** Closes it as a person does, so that it is told. */
  leave() {
    for (const hide of this.#hides) hide();
    this.crash();
  }

  /** @param {() => void} end */
  onEnd(end) {
    this.#ends.add(end);
  }

  /** Ends it without a word. */
  crash() {
    this.ended = true;
    for (const end of this.#ends) end();
    for (const channel of this.browser.channels) if (channel.page === this) channel.close();
    for (const [name, requests] of this.browser.locks) {
      for (const request of requests) if (request.page === this) this.browser.release(name, request);
    }
  }

  #lock(name, callback) {
    return new Promise((resolve, reject) => {
      const requests = this.browser.locks.get(name) ?? [];
      this.browser.locks.set(name, [...requests, { page: this, callback, resolve, reject, held: false }]);
      this.browser.grant(name);
    });
  }
}

/** Items of text, in as much room as it is given. */
export class FakeStorage {
  room = 5_000_000;
  #items = new Map();

  get length() {
    return this.#items.size;
  }

  key(index) {
    return [...this.#items.keys()][index] ?? null;
  }

  getItem(name) {
    return this.#items.get(name) ?? null;
  }

  setItem(name, value) {
    const others = [...this.#items].filter(([other]) => other !== name);
    const used = others.reduce((sum, [other, text]) => sum + other.length + text.length, 0);
    if (used + name.length + value.length > this.room) throw new DOMException('the quota has been exceeded', 'QuotaExceededError');
    this.#items.set(name, String(value));
  }

  removeItem(name) {
    this.#items.delete(name);
  }

  get names() {
    return [...this.#items.keys()];
  }
}

class FakeChannel {
  onmessage = null;

  constructor(page, name) {
    this.page = page;
    this.name = name;
    page.browser.channels.add(this);
  }

  postMessage(message) {
    if (this.page.ended) return;
    const data = structuredClone(message);
    for (const other of this.page.browser.channels) {
      if (other !== this && other.name === this.name) queueMicrotask(() => other.page.ended || other.onmessage?.({ data }));
    }
  }

  close() {
    this.page.browser.channels.delete(this);
  }
}

/** A message on its way from page to page. */
function carry(from, to, word, take) {
  if (from.ended) return;
  const copy = structuredClone(word);
  queueMicrotask(() => to.ended || take(copy));
}

/** The platform of something that may end: from then on its timers are silent and its connections closed. */
export function ofPage(page, given) {
  const { WebSocket, EventSource, fetch } = given;
  const note = (connection) => {
    page.onEnd(() => connection.close());
    return connection;
  };
  const ifThere = (callback) => () => page.ended || callback();
  return {
    ...given,
    setTimeout: (callback, ms) => given.setTimeout(ifThere(callback), ms),
    fetch: (...request) => (page.ended ? new Promise(() => {}) : fetch(...request)),
    WebSocket: class { constructor(...address) { return note(new WebSocket(...address)); } },
    EventSource: class { constructor(...address) { return note(new EventSource(...address)); } },
  };
}

/** A token as a provider makes it, as far as anybody here reads it. */
export function tokenOf(sub, more = {}) {
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ alg: 'RS256' })}.${encode({ sub, iss: 'https://idp.test', ...more })}.signature`;
}
