import { CloseCode } from './codes.js';
import { ParleyError } from './errors.js';
import { Heartbeat } from './heartbeat.js';
import { Replies } from './replies.js';
import { plain } from './shared-line.js';

/**
 * @typedef {import('./types.js').Transport} Transport
 * @typedef {import('./shared-line.js').Word} Word
 */

/** A hub may read many pages of a history before it answers. */
const CALL_MS = 60_000;
const PONG_MS = 8_000;
/** Hidden pages have one timer a minute; a hub that cannot see that a tab is gone waits for longer than that. */
const SILENCE_MS = 25_000;

/**
 * A tab's part of a connection that a hub has. Positions stay here, so whatever becomes of the hub, the next connection goes on
 * from where this tab has got to.
 * @implements {Transport}
 */
export class SharedTransport {
  /** @type {((type: string, fields: object) => Promise<any>) | undefined} */
  command;
  #line;
  #context;
  #listener;
  #replies;
  #heartbeat;
  #link;
  /** @type {Set<string>} */
  #serverSide = new Set();
  #ended = false;

  /**
   * @param {import('./types.js').TransportName} name
   * @param {import('./shared-line.js').Line} line
   * @param {import('./types.js').TransportContext} context
   * @param {import('./types.js').TransportListener} listener
   */
  constructor(name, line, context, listener) {
    this.name = name;
    this.#line = line;
    this.#context = context;
    this.#listener = listener;
    this.#link = context.platform.newKey();
    this.#replies = new Replies(context.platform);
    const ping = () => this.#ask({ type: 'ping' }, PONG_MS);
    this.#heartbeat = new Heartbeat(context.platform, ping, () => this.#end({ code: CloseCode.NO_PONG }));
  }

  async open() {
    try {
      const token = await this.#context.tokens.current();
      if (!this.#ended) this.#begin(token);
    } catch (thrown) {
      this.#end({ code: CloseCode.ABNORMAL, error: ParleyError.from(thrown) });
    }
  }

  close() {
    if (!this.#ended) this.#say({ type: 'close' });
    this.#shut();
  }

  /** @param {string} channel @param {import('./types.js').Watch[]} watching */
  carries(channel, watching) {
    return this.#serverSide.has(channel) && !watching.includes('presence');
  }

  /** @param {import('./types.js').JoinRequest} request */
  join(request) {
    return this.#call('join', request);
  }

  /** @param {string} channel */
  leave(channel) {
    return this.#call('leave', channel);
  }

  /** @param {import('./types.js').Publication} publication */
  publish(publication) {
    return this.#call('publish', publication);
  }

  /** @param {string} channel @param {import('./types.js').HistoryQuery} query */
  history(channel, query) {
    return this.#call('history', channel, query);
  }

  /** @param {string} token */
  refresh(token) {
    return this.#call('refresh', token);
  }

  /** A `join` sees to presence, for the hub has to know whose it is. @param {import('./types.js').Watch} watch */
  watch(watch) {
    if (watch !== 'typing') return false;
    this.#say({ type: 'typing' });
    return true;
  }

  verify() {
    this.#heartbeat.check();
    this.#say({ type: 'verify' });
  }

  /** @param {string} token */
  #begin(token) {
    const typing = this.#context.wanted().some(({ watching }) => watching.includes('typing'));
    this.#line.add(this.#link, (word) => this.#hear(word));
    this.#heartbeat.start(SILENCE_MS);
    this.#say({ type: 'open', name: this.name, base: this.#context.base.href, token, typing });
  }

  /** @param {Word} word */
  #hear(word) {
    this.#heartbeat.touch();
    if (word.type === 'event') this.#happened(word.event, word.args);
    else if (word.type === 'token') this.#giveToken(word);
    else if (word.type === 'broken') this.#end({ code: CloseCode.NO_PONG });
    else this.#replies.take(/** @type {any} */ (word));
  }

  /** @param {string} event @param {any[]} args */
  #happened(event, [first, second, third]) {
    switch (event) {
      case 'connected':
        if (second) this.command = (type, fields) => this.#call('command', type, fields);
        this.#serverSide = new Set(third);
        return this.#listener.connected(first);
      case 'progressed':
        return this.#listener.progressed(first);
      case 'pushed':
        if (first.type === 'subscribed') this.#serverSide.add(first.channel);
        return this.#listener.pushed(first);
      case 'refused':
        return this.#listener.refused(first, ParleyError.fromFrame(second));
      case 'closed':
        return this.#end({ ...first, error: first.error && ParleyError.fromFrame(first.error) });
    }
  }

  /** The hub has none of its own: it asks a tab that lives. @param {Word} word */
  async #giveToken({ id, refused }) {
    const { tokens } = this.#context;
    try {
      this.#say({ type: 'token', id, token: await (refused ? tokens.renew(refused) : tokens.current()) });
    } catch (thrown) {
      this.#say({ type: 'token', id, error: plain(ParleyError.from(thrown)) });
    }
  }

  /** @param {string} method @param {any[]} args @returns {Promise<any>} */
  async #call(method, ...args) {
    return (await this.#ask({ type: 'call', method, args }, CALL_MS)).value;
  }

  /** @param {Word} word @param {number} ms @returns {Promise<any>} */
  #ask(word, ms) {
    const { id, reply } = this.#replies.expect(ms);
    this.#say({ ...word, id });
    if (this.#ended) this.#replies.abandon();
    return reply;
  }

  /** @param {Word} word */
  #say(word) {
    this.#line.say({ ...word, link: this.#link });
  }

  /** @param {import('./types.js').Ending} ending */
  #end(ending) {
    if (this.#ended) return;
    this.#say({ type: 'close' });
    this.#shut();
    this.#listener.closed(ending);
  }

  #shut() {
    this.#ended = true;
    this.#heartbeat.stop();
    this.#line.remove(this.#link);
    this.#replies.abandon();
  }
}
