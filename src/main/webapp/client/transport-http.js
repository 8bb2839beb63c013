import { CloseCode } from './codes.js';
import { ParleyError } from './errors.js';
import { catchUp, firstLook } from './http-join.js';
import { FOREIGN } from './http.js';
import { readHistory } from './http-commands.js';
import { publishMessage } from './http-publish.js';
import { positionParameter } from './positions.js';

/**
 * @typedef {import('./types.js').Position} Position
 * @typedef {import('./types.js').JoinReply} JoinReply
 * @typedef {import('./types.js').JoinRequest} JoinRequest
 * @typedef {import('./types.js').HistoryQuery} HistoryQuery
 */

/**
 * What SSE and polling have in common: commands are plain HTTP, and the channels are named when the stream opens.
 *
 * A channel is joined by reading its history, which shows whether that is allowed, brings the messages that were asked
 * for, and gives the position from which the stream is then opened. So no moment is left in which a message could
 * fall between the two.
 */
export class HttpTransport {
  /** @type {Map<string, JoinReply>} joined before the stream was opened, not handed out yet */
  #early = new Map();
  /** @type {Map<string, Position>} where channels without a position of their own begin */
  #starts = new Map();
  /** @type {Set<string>} */
  #channels = new Set();
  /** @type {Set<string>} every channel that was ever asked for here, so that none of them is taken for the server's own */
  #asked = new Set();
  /** @type {Set<string>} */
  #serverSide = new Set();
  /** What the stream was asked to tell beside the messages. */
  #told = '';
  /** @type {any} */
  #reopenTimer = null;
  #abort = new AbortController();
  /** @type {import('./history.js').ReadHistory} */
  #read = (channel, query) => this.history(channel, query);

  /**
   * @param {import('./types.js').TransportContext} context
   * @param {import('./types.js').TransportListener} listener
   */
  constructor(context, listener) {
    /** @protected */
    this.context = context;
    /** @protected */
    this.listener = listener;
    /** @protected */
    this.ended = false;
    /** @protected */
    this.opened = false;
  }

  async open() {
    try {
      await Promise.all(this.context.wanted().map((wanted) => this.#admit(wanted)));
      if (!this.ended) this.run();
    } catch (thrown) {
      this.end({ code: CloseCode.ABNORMAL, error: ParleyError.from(thrown) });
    }
  }

  close() {
    this.ended = true;
    this.context.platform.clearTimeout(this.#reopenTimer);
    this.#abort.abort();
    this.halt();
  }

  /** @param {string} channel */
  carries(channel) {
    return this.#serverSide.has(channel) || (this.#channels.has(channel) && !this.#early.has(channel));
  }

  /** @param {JoinRequest} request @returns {Promise<JoinReply>} */
  async join(request) {
    const { channel, recover } = request;
    const early = this.#early.get(channel);
    this.#early.delete(channel);
    if (early && !recover) return early;
    const reply = await (recover ? catchUp(this.#read, channel, recover) : firstLook(this.#read, request));
    if (!this.carries(channel)) this.#add(channel, reply);
    return reply;
  }

  /** @param {string} channel */
  async leave(channel) {
    this.#early.delete(channel);
    if (this.#channels.delete(channel)) this.#reopenSoon();
  }

  /** @param {import('./types.js').Publication} publication */
  publish(publication) {
    return publishMessage(this.context.http, publication);
  }

  /** @param {string} channel @param {HistoryQuery} query */
  history(channel, query) {
    return readHistory(this.context.http, channel, query, this.#abort.signal);
  }

  /** Requests take the new token by themselves. @param {string} _token */
  async refresh(_token) {}

  verify() {}

  /** The next stream tells it. @param {import('./types.js').Watch} _watch */
  watch(_watch) {
    this.#reopenSoon();
    return true;
  }

  /** Opens the stream. @protected */
  run() {}

  /** Opens the stream again with the channels as they are now. @protected */
  reopen() {}

  /** Ends the stream. @protected */
  halt() {}

  /**
   * The server has answered.
   * @protected
   * @param {import('./types.js').ConnectedInfo} info
   * @param {Omit<import('./types.js').Progress, 'serverSide'>} progress
   * @param {string[]} [channels] all of the stream, when they were told
   */
  alive(info, progress, channels = []) {
    const all = new Set([...Object.keys(progress.positions), ...channels]);
    const serverSide = [...all].filter((channel) => !this.#asked.has(channel));
    for (const channel of serverSide) this.#serverSide.add(channel);
    if (!this.opened) this.#begin(info);
    this.listener.progressed({ ...progress, positions: { ...this.#placeless(), ...progress.positions }, serverSide });
  }

  /** Channels that store nothing have no position that an answer could tell: they are where they were. */
  #placeless() {
    /** @type {Record<string, Position>} */
    const found = {};
    for (const { channel, position } of this.context.wanted()) {
      if (this.#channels.has(channel) && position?.epoch === '') found[channel] = position;
    }
    return found;
  }

  /** What the application has left while this was being opened is not carried on. @param {import('./types.js').ConnectedInfo} info */
  #begin(info) {
    this.opened = true;
    const wanted = new Set(this.context.wanted().map(({ channel }) => channel));
    for (const channel of [...this.#channels]) if (!wanted.has(channel)) this.leave(channel);
    this.listener.connected(info);
    if (this.#told !== this.#telling()) this.#reopenSoon();
  }

  /** Which channels are wanted with what. */
  #telling() {
    return this.context.wanted().map(({ channel, watching }) => watching.map((watch) => `${watch} ${channel}`)).join();
  }

  /** @protected @param {import('./types.js').Watch} watch */
  watches(watch) {
    return this.context.wanted().some(({ watching }) => watching.includes(watch));
  }

  /** @protected @param {import('./types.js').Push} push */
  pushed(push) {
    if (push.type === 'unsubscribed' && push.channel) this.#channels.delete(push.channel);
    this.listener.pushed(push);
  }

  /** @protected @param {import('./types.js').Ending} ending */
  end(ending) {
    if (this.ended) return;
    this.close();
    this.listener.closed(ending);
  }

  /** The query that names the channels and how far each has got. @protected @returns {Array<[string, string]>} */
  query() {
    this.#told = this.#telling();
    const named = new Set(this.#channels);
    for (const { channel, watching } of this.context.wanted()) if (watching.includes('presence')) named.add(channel);
    /** @type {Array<[string, string]>} */
    const query = named.size ? [['channels', [...named].join(',')]] : [];
    for (const { channel, position, serverSide } of this.context.wanted()) {
      const start = position ?? this.#starts.get(channel);
      const carried = serverSide || this.#channels.has(channel);
      if (carried && start?.epoch) query.push(['position', positionParameter(channel, start)]);
    }
    return query;
  }

  /**
   * A request for all channels was refused: finds out which of them are to blame.
   * @protected
   * @returns {Promise<boolean>} whether one was found, so that trying again makes sense
   */
  async expel() {
    const before = this.#channels.size;
    await Promise.all([...this.#channels].map((channel) => this.#judge(channel, () => firstLook(this.#read, { channel }))));
    return this.#channels.size < before;
  }

  /** @param {import('./types.js').Wanted} wanted */
  async #admit({ channel, position, history, serverSide }) {
    if (serverSide) return;
    this.#include(channel);
    if (position) return;
    await this.#judge(channel, async () => {
      const reply = await firstLook(this.#read, { channel, history });
      this.#early.set(channel, reply);
      this.#starts.set(channel, reply);
    });
  }

  /**
   * Drops the channel when the server refuses it; any other failure is the transport's.
   * @param {string} channel
   * @param {() => Promise<unknown>} attempt
   */
  async #judge(channel, attempt) {
    try {
      await attempt();
    } catch (thrown) {
      const error = ParleyError.from(thrown);
      if (error.retryable || error.status === 401 || error.code === FOREIGN || this.ended) throw error;
      this.#channels.delete(channel);
      this.listener.refused(channel, error);
    }
  }

  /** @param {string} channel @param {Position} start */
  #add(channel, start) {
    this.#include(channel);
    this.#starts.set(channel, start);
    this.#reopenSoon();
  }

  /** @param {string} channel */
  #include(channel) {
    this.#channels.add(channel);
    this.#asked.add(channel);
  }

  /** Once for all channels that come and go at the same moment. */
  #reopenSoon() {
    this.context.platform.clearTimeout(this.#reopenTimer);
    this.#reopenTimer = this.context.platform.setTimeout(() => {
      if (!this.ended && this.opened) this.reopen();
    }, 0);
  }
}
