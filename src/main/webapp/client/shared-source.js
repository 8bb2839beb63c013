import { CloseCode } from './codes.js';
import { ParleyError } from './errors.js';
import { Http } from './http.js';
import { SharedChannels } from './shared-channels.js';
import { Tokens } from './tokens.js';
import { TRANSPORTS } from './transports.js';

/**
 * @typedef {import('./types.js').Transport} Transport
 * @typedef {import('./types.js').Push} Push
 * @typedef {import('./types.js').Ending} Ending
 * @typedef {import('./shared-hub.js').HubLink} HubLink
 */

/** One connection, and the links that have a part in it. It ends with the last of them, and they with it. */
export class SharedSource {
  /** @type {Set<HubLink>} */
  #links = new Set();
  #channels = new SharedChannels(this.#links);
  #name;
  #context;
  #retire;
  /** @type {Transport | null} */
  #transport = null;
  /** What the server said; null until it has said all that a link has to know. @type {import('./types.js').ConnectedInfo | null} */
  #info = null;
  #welcomed = false;
  #ended = false;
  /** @type {string[]} of the tab that has asked first, not used yet */
  #tokens;
  /** The token that was given last. */
  #given = '';

  /**
   * @param {import('./types.js').TransportName} name
   * @param {URL} base
   * @param {string} token of the tab that has asked first
   * @param {import('./platform.js').Platform} platform
   * @param {() => void} retire from now on no link is to be added
   */
  constructor(name, base, token, platform, retire) {
    this.#name = name;
    this.#tokens = [token];
    this.#retire = retire;
    const tokens = new Tokens(() => this.#token());
    const wanted = () => this.#channels.wanted();
    this.#context = { base, platform, http: new Http(base, tokens, platform), tokens, wanted };
  }

  async open() {
    try {
      const transport = await TRANSPORTS[this.#name](this.#context, {
        connected: (info) => (this.#info = info),
        progressed: (progress) => this.#progressed(progress),
        pushed: (push) => this.#pushed(push),
        refused: (channel, error) => this.#channels.refused(channel, error),
        closed: (ending) => this.end(ending),
      });
      if (this.#ended) return;
      this.#transport = transport;
      transport.open();
    } catch (thrown) {
      this.end({ code: CloseCode.ABNORMAL, reason: `could not be loaded: ${thrown}` });
    }
  }

  /** @param {HubLink} link */
  add(link) {
    this.#links.add(link);
    if (this.#welcomed) this.#welcome(link);
  }

  /** @param {HubLink} link */
  remove(link) {
    const left = [...link.channels.keys()].filter((channel) => this.#channels.leaves(link, channel));
    this.#links.delete(link);
    if (this.#links.size === 0) return this.#close();
    for (const channel of left) this.#transport?.leave(channel).catch(() => {});
  }

  /** @param {Ending} ending */
  end(ending) {
    const links = [...this.#links];
    this.#links.clear();
    this.#close();
    for (const link of links) link.end(ending);
  }

  verify() {
    this.#transport?.verify();
  }

  /** @param {import('./types.js').Watch} what */
  watch(what) {
    this.#transport?.watch(what);
  }

  /**
   * Does for a link what its tab has asked for.
   * @param {HubLink} link
   * @param {string} method
   * @param {any[]} args
   * @returns {Promise<any>}
   */
  call(link, method, [first, second]) {
    const transport = this.#transport;
    if (!transport || !this.#welcomed) throw new ParleyError('connection_lost', 'there is no connection', { retryable: true });
    switch (method) {
      case 'join':
        return this.#join(transport, link, first);
      case 'leave':
        return this.#channels.leaves(link, first) ? transport.leave(first) : Promise.resolve();
      case 'command':
        return this.#command(transport, link, first, second);
      case 'publish':
        return transport.publish(first);
      case 'history':
        return transport.history(first, second);
      case 'refresh':
        return transport.refresh(first);
      default:
        throw new ParleyError('bad_request', `there is no "${method}"`);
    }
  }

  /** @param {Transport} transport @param {HubLink} link @param {import('./types.js').JoinRequest} request */
  async #join(transport, link, request) {
    const { channel } = request;
    const had = link.channels.has(channel);
    const wanted = this.#channels.joins(link, request);
    const interrupts = !!transport.command;
    if (request.presence) transport.watch('presence');
    try {
      const reply = await transport.join(wanted);
      this.#channels.joined(link, channel, reply, interrupts);
      return reply;
    } catch (thrown) {
      this.#channels.joined(link, channel, null, interrupts);
      if (!had) this.#channels.leaves(link, channel);
      throw thrown;
    }
  }

  /** The server tells a person's other connections what this one has read, but not this one again. @param {Transport} transport @param {HubLink} link @param {string} type @param {object} fields */
  async #command(transport, link, type, fields) {
    const reply = await transport.command?.(type, fields);
    if (reply?.type !== 'receipt') return reply;
    const { id, ...push } = reply;
    for (const other of this.#links) if (other !== link && other.channels.has(push.channel)) other.tell('pushed', push);
    return reply;
  }

  /** @param {import('./types.js').Progress} progress */
  #progressed(progress) {
    this.#channels.progressed(progress);
    const first = !this.#welcomed;
    this.#welcomed = true;
    for (const link of [...this.#links]) {
      if (first) this.#connected(link);
      link.tell('progressed', progress);
    }
  }

  /** @param {HubLink} link */
  #welcome(link) {
    const progress = this.#channels.welcome(link);
    this.#connected(link);
    link.tell('progressed', progress);
  }

  /** @param {HubLink} link */
  #connected(link) {
    link.tell('connected', this.#info, !!this.#transport?.command, this.#channels.serverSide);
  }

  /** One tab renews the token for all. Who comes while this connection is about to end gets another one. @param {Push} push */
  #pushed(push) {
    if (push.type === 'draining') this.#retire();
    const [first] = this.#links;
    if (push.type === 'token-expiring') first?.tell('pushed', push);
    else this.#channels.pushed(push);
  }

  /** Any tab will do, as long as it lives. @returns {Promise<string>} */
  async #token() {
    const first = this.#tokens.shift();
    if (first) return (this.#given = first);
    let error = new ParleyError('token_unavailable', 'no tab is there to ask', { retryable: true });
    for (const link of [...this.#links]) {
      try {
        return (this.#given = await link.token(this.#given));
      } catch (thrown) {
        error = ParleyError.from(thrown);
      }
    }
    throw error;
  }

  #close() {
    this.#ended = true;
    this.#retire();
    this.#transport?.close();
    this.#transport = null;
  }
}
