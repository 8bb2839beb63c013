import { CloseCode } from './codes.js';
import { ParleyError, connectionLost } from './errors.js';
import { plain } from './shared-line.js';
import { SharedSource } from './shared-source.js';

/**
 * @typedef {import('./shared-line.js').Word} Word
 * @typedef {import('./shared-line.js').Say} Say
 * @typedef {import('./platform.js').Platform & import('./platform-extras.js').PlatformExtras} Surroundings
 */

/** A tab says something every minute at least, however deep it sleeps. Only without locks this is how its end is seen. */
const SILENCE_MS = 150_000;
const SWEEP_MS = 60_000;

/**
 * Has one connection for all tabs of a person: one for each transport that they ask for, which is the same one as a rule. It decides
 * nothing: when the connection ends, the tabs are told, and the first one that connects again opens the next.
 */
export class Hub {
  /** @type {Map<string, SharedSource>} by transport and root */
  #sources = new Map();
  /** @type {Set<HubTab>} */
  #tabs = new Set();
  #sweeping = false;

  /** @param {Surroundings} platform */
  constructor(platform) {
    this.platform = platform;
  }

  /** A tab has come. @param {Say} say to the tab @param {() => void} [gone] is called when nothing more is heard of it */
  attach(say, gone = () => {}) {
    return new HubTab(this, say, gone);
  }

  /** @param {Word} open @returns {SharedSource} */
  source({ name, base, token }) {
    const id = `${name} ${base}`;
    const known = this.#sources.get(id);
    if (known) return known;
    const given = () => this.#sources.get(id) === source && this.#sources.delete(id);
    const source = new SharedSource(name, new URL(base), token, this.platform, given);
    this.#sources.set(id, source);
    source.open();
    return source;
  }

  /** Its end is not to be seen otherwise. @param {HubTab} tab */
  watch(tab) {
    this.#tabs.add(tab);
    if (!this.#sweeping) this.#sweep();
  }

  /** @param {HubTab} tab */
  forget(tab) {
    this.#tabs.delete(tab);
  }

  /** Another one has taken over. */
  close() {
    for (const source of [...this.#sources.values()]) source.end({ code: CloseCode.NO_PONG });
  }

  #sweep() {
    this.#sweeping = this.#tabs.size > 0;
    const before = this.platform.now() - SILENCE_MS;
    for (const tab of [...this.#tabs]) if (tab.heardAt < before) tab.gone();
    if (this.#sweeping) this.platform.setTimeout(() => this.#sweep(), SWEEP_MS);
  }
}

/** What the hub knows of a tab: its links, each of them a transport there. */
class HubTab {
  /** @type {Map<string, HubLink>} */
  #links = new Map();
  #hub;
  #say;
  #left;
  #known = false;

  /** @param {Hub} hub @param {Say} say @param {() => void} left */
  constructor(hub, say, left) {
    this.#hub = hub;
    this.#say = say;
    this.#left = left;
    this.heardAt = hub.platform.now();
  }

  /** @param {Word} word */
  hear(word) {
    this.heardAt = this.#hub.platform.now();
    if (word.type === 'hello') this.#welcome(word);
    else if (word.type === 'bye') this.gone();
    else if (word.type === 'open') this.#open(word);
    else if (word.type === 'close') this.#close(word.link ?? '');
    else this.#pass(word);
  }

  /** It lives no more: nothing of it is held on to. */
  gone() {
    this.#hub.forget(this);
    for (const link of [...this.#links.keys()]) this.#close(link);
    this.#known = false;
    this.#left();
  }

  /** Where there are locks the tab has one, which is free when the tab is gone. @param {Word} word */
  #welcome({ tab, held }) {
    const { locks } = this.#hub.platform;
    this.#say({ type: 'welcome' });
    if (this.#known) return;
    this.#known = true;
    if (held && locks) locks.request(`parley tab ${tab}`, () => this.gone()).catch(() => this.#hub.watch(this));
    else this.#hub.watch(this);
  }

  /** @param {Word} word */
  #open(word) {
    const id = word.link ?? '';
    const link = new HubLink((said) => this.#say({ ...said, link: id }), word.typing, () => this.#links.delete(id));
    this.#links.set(id, link);
    link.join(this.#hub.source(word));
  }

  /** @param {string} link */
  #close(link) {
    this.#links.get(link)?.leave();
    this.#links.delete(link);
  }

  /** A link that is not known was ended while its tab could not be told. @param {Word} word */
  #pass(word) {
    const link = this.#links.get(word.link ?? '');
    if (link) link.hear(word);
    else if (word.id !== undefined) this.#say({ type: 'event', link: word.link, event: 'closed', args: [{ code: CloseCode.NO_PONG }] });
  }
}

/** One transport of a tab, at the hub's end. */
export class HubLink {
  /** Its channels, and whether presence is wanted there. @type {Map<string, boolean>} */
  channels = new Map();
  #say;
  #ended;
  /** @type {SharedSource | null} */
  #source = null;
  /** @type {Map<number, {resolve: (token: string) => void, reject: (error: ParleyError) => void}>} */
  #asked = new Map();
  #lastId = 0;

  /** @param {Say} say @param {boolean} typing @param {() => void} ended */
  constructor(say, typing, ended) {
    this.#say = say;
    this.#ended = ended;
    /** Is told who is typing. */
    this.typing = typing;
  }

  /** @param {SharedSource} source */
  join(source) {
    this.#source = source;
    source.add(this);
  }

  leave() {
    this.#forsake();
    this.#source?.remove(this);
    this.#source = null;
  }

  /** @param {string} event @param {any[]} args */
  tell(event, ...args) {
    this.#say({ type: 'event', event, args });
  }

  /** @param {import('./types.js').Ending} ending */
  end(ending) {
    this.#forsake();
    this.#source = null;
    this.#ended();
    this.tell('closed', { code: ending.code, reason: ending.reason, error: ending.error && plain(ending.error) });
  }

  /** @param {string} refused the token that does not serve any more, if there was one @returns {Promise<string>} */
  token(refused) {
    const id = ++this.#lastId;
    this.#say({ type: 'token', id, refused });
    return new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject }));
  }

  /** @param {Word} word */
  hear(word) {
    if (word.type === 'call') this.#call(word);
    else if (word.type === 'ping') this.#say({ type: 'reply', id: word.id });
    else if (word.type === 'verify') this.#source?.verify();
    else if (word.type === 'typing') this.#watchTyping();
    else if (word.type === 'token') this.#answered(word);
  }

  #watchTyping() {
    this.typing = true;
    this.#source?.watch('typing');
  }

  /** @param {Word} word */
  async #call({ id, method, args }) {
    try {
      const value = await this.#source?.call(this, method, args);
      this.#say({ type: 'reply', id, value });
    } catch (thrown) {
      this.#say({ ...plain(ParleyError.from(thrown)), type: 'error', id });
    }
  }

  /** @param {Word} word */
  #answered({ id = 0, token, error }) {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error) asked?.reject(ParleyError.fromFrame(error));
    else asked?.resolve(token);
  }

  /** Whoever waits for a token of this tab has to ask another one. */
  #forsake() {
    for (const { reject } of this.#asked.values()) reject(connectionLost());
    this.#asked.clear();
  }
}
