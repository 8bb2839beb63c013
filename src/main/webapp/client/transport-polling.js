import { CloseCode } from './codes.js';
import { ParleyError } from './errors.js';
import { HttpTransport } from './transport-http.js';

/** @typedef {import('./types.js').Transport} Transport */

const WAIT_SECONDS = 25;
/** How much longer than its wait a poll may take. */
const GRACE_MS = 15_000;
/** Between short polls when the server gives no advice. */
const INTERVAL_MS = 2_000;
/** Between long polls that come back empty before their time. */
const HASTY_MS = 1_000;

/**
 * One request at a time. Long polling lets the server hold the request until there is something; short polling asks
 * at the pace that the server advises, and is told with a 304 that nothing has changed.
 * @implements {Transport}
 */
export class PollingTransport extends HttpTransport {
  #wait;
  #etag = '';
  /** Stands for the lists of people that have been handed on. */
  #presenceTag = '';
  #advice = 0;
  #round = new AbortController();
  #wake = () => {};

  /**
   * @param {import('./types.js').TransportContext} context
   * @param {import('./types.js').TransportListener} listener
   * @param {{long: boolean}} options
   */
  constructor(context, listener, { long }) {
    super(context, listener);
    /** @type {'long-polling' | 'short-polling'} */
    this.name = long ? 'long-polling' : 'short-polling';
    this.#wait = long ? WAIT_SECONDS : 0;
  }

  /** @override */
  async run() {
    while (!this.ended) {
      const pause = await this.#turn();
      if (pause > 0 && !this.ended) await this.#sleep(pause);
    }
  }

  /** @override */
  reopen() {
    this.#etag = this.#presenceTag = '';
    this.#round.abort();
    this.#wake();
  }

  /** @override */
  halt() {
    this.reopen();
  }

  /** The network may be another one than when the request was sent. @override */
  verify() {
    this.reopen();
  }

  /** What was just published is not left to wait for the next turn. @override @param {import('./types.js').Publication} publication */
  async publish(publication) {
    const published = await super.publish(publication);
    this.#wake();
    return published;
  }

  /** @returns {Promise<number>} how long to wait before the next turn, ms */
  async #turn() {
    const started = this.context.platform.now();
    const wait = this.opened ? this.#wait : 0;
    this.#round = new AbortController();
    try {
      const answer = await this.#ask(wait);
      if (this.ended) return 0;
      const count = answer.status === 304 ? 0 : this.#take(answer);
      if (wait < this.#wait) return 0;
      const hasty = wait > 0 && count === 0 && this.context.platform.now() - started < HASTY_MS;
      return Math.max(answer.retryAfterMs ?? this.#advice, hasty ? HASTY_MS : 0);
    } catch (thrown) {
      return this.#failed(ParleyError.from(thrown));
    }
  }

  /** @param {number} wait seconds; the first poll does not wait, for its answer tells that there is a connection */
  #ask(wait) {
    const query = [...this.query(), ['wait', String(wait)]];
    if (this.watches('presence')) query.push(['presence', this.#presenceTag]);
    if (this.watches('typing')) query.push(['typing', 'true']);
    return this.context.http.call('poll', {
      query: /** @type {Array<[string, string]>} */ (query),
      headers: this.#etag && wait === 0 ? { 'If-None-Match': this.#etag } : {},
      signal: this.#round.signal,
      timeoutMs: wait * 1_000 + GRACE_MS,
    });
  }

  /**
   * @param {import('./http.js').HttpAnswer} answer
   * @returns {number} how many messages there were
   */
  #take({ body, etag }) {
    const { messages = [], positions = {}, recovered, retryAfterMs } = body;
    this.#etag = etag ?? '';
    this.#advice = retryAfterMs ?? (this.#wait > 0 ? 0 : INTERVAL_MS);
    for (const message of messages) this.pushed({ type: 'message', ...message });
    this.alive({}, { positions, recovered, following: false });
    return messages.length + this.#people(body);
  }

  /** @param {{presence?: Record<string, any[]>, presenceTag?: string, typing?: import('./types.js').Push[]}} body */
  #people({ presence = {}, presenceTag = '', typing = [] }) {
    const lists = Object.entries(presence).map(([channel, users]) => ({ type: 'presence', channel, users }));
    this.#presenceTag = presenceTag;
    for (const push of [...lists, ...typing]) this.pushed(push);
    return lists.length + typing.length;
  }

  /** @param {ParleyError} error */
  async #failed(error) {
    if (error.code === 'aborted') return 0;
    const refused = !error.retryable && error.status !== 401;
    if (refused && (await this.expel().catch(() => false))) return 0;
    this.end({ code: CloseCode.ABNORMAL, error });
    return 0;
  }

  /** @param {number} ms */
  #sleep(ms) {
    return /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        const timer = this.context.platform.setTimeout(resolve, ms);
        this.#wake = () => {
          this.context.platform.clearTimeout(timer);
          resolve();
        };
      })
    );
  }
}
