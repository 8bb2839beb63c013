import { CloseCode } from './codes.js';
import { ParleyError } from './errors.js';
import { parse } from './frames.js';
import { Heartbeat } from './heartbeat.js';
import { fetchTicket } from './tickets.js';
import { HttpTransport } from './transport-http.js';

/** @typedef {import('./types.js').Transport} Transport */

const OPEN_TIMEOUT_MS = 10_000;
const DEFAULT_PING_SECONDS = 25;

/**
 * Pushes over an `EventSource`, commands over HTTP. An `EventSource` cannot send a header, so a ticket opens it; and it
 * is closed at the first error instead of left to reconnect by itself, because only a new one can carry new positions.
 * @implements {Transport}
 */
export class SseTransport extends HttpTransport {
  /** @type {'sse'} */
  name = 'sse';
  /** @type {EventSource | null} */
  #source = null;
  #generation = 0;
  #streaming = false;
  /** @type {any} */
  #openTimer = null;
  #heartbeat = new Heartbeat(
    this.context.platform,
    () => this.#compare(),
    () => this.end({ code: CloseCode.NO_PONG }),
  );

  /** @override */
  async run() {
    const generation = ++this.#generation;
    try {
      const ticket = await fetchTicket(this.context.http);
      if (generation === this.#generation && !this.ended) this.#listen(ticket);
    } catch (thrown) {
      this.end({ code: CloseCode.ABNORMAL, error: ParleyError.from(thrown) });
    }
  }

  /** @override */
  reopen() {
    this.halt();
    this.run();
  }

  /** @override */
  halt() {
    this.#generation++;
    this.#streaming = false;
    this.#heartbeat.stop();
    this.context.platform.clearTimeout(this.#openTimer);
    this.#source?.close();
    this.#source = null;
  }

  /** @override */
  verify() {
    this.#heartbeat.check();
  }

  /** A stream lives as long as the token that opened it. @override @param {string} _token */
  async refresh(_token) {
    this.reopen();
  }

  /** @param {string} ticket */
  #listen(ticket) {
    const { EventSource, setTimeout } = this.context.platform;
    if (!EventSource) throw new ParleyError('unsupported', 'there is no EventSource here', { retryable: true });
    const query = this.query();
    query.push(['named', 'false'], ['ticket', ticket]);
    if (this.watches('presence')) query.push(['presence', 'true']);
    const source = new EventSource(this.context.http.url('stream', query));
    this.#source = source;
    /** @param {MessageEvent} event */
    const receive = ({ data }) => source === this.#source && this.#receive(parse(data));
    source.addEventListener('message', receive);
    source.addEventListener('connected', receive);
    source.onerror = () => source === this.#source && this.#broken();
    this.#openTimer = setTimeout(() => this.#broken(), OPEN_TIMEOUT_MS);
  }

  /** @param {any} push */
  #receive(push) {
    this.#heartbeat.touch();
    if (!push || typeof push !== 'object') return;
    if (push.type === 'connected') this.#connected(push);
    else this.pushed(push);
  }

  /** @param {any} connected */
  #connected({ type, channels, positions = {}, recovered, ...info }) {
    this.context.platform.clearTimeout(this.#openTimer);
    this.#streaming = true;
    this.#heartbeat.start((info.ping || DEFAULT_PING_SECONDS) * 2_000);
    this.alive(info, { positions, recovered, following: true }, channels);
  }

  /** An `EventSource` does not tell why it failed. Another way of asking for the same does. */
  async #broken() {
    if (this.#streaming) return this.end({ code: CloseCode.ABNORMAL });
    this.halt();
    const generation = this.#generation;
    try {
      await this.#poll();
      this.end({ code: CloseCode.ABNORMAL });
    } catch (thrown) {
      const error = ParleyError.from(thrown);
      const again = !error.retryable && error.status !== 401 && (await this.expel().catch(() => false));
      if (again && generation === this.#generation) this.run();
      else this.end({ code: CloseCode.ABNORMAL, error });
    }
  }

  /** Is there something that the stream should have brought? */
  async #compare() {
    const { body } = await this.#poll();
    if (body.messages.length > 0) throw new ParleyError('stale', 'the stream has fallen silent');
  }

  #poll() {
    return this.context.http.call('poll', { query: [...this.query(), ['wait', '0']] });
  }
}
