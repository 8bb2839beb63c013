import { CloseCode } from './codes.js';
import { ParleyError } from './errors.js';
import { joinFrames, splitFrame } from './frames.js';
import { Heartbeat } from './heartbeat.js';
import { Replies } from './replies.js';

/**
 * @typedef {import('./types.js').Transport} Transport
 * @typedef {import('./types.js').Push} Push
 */

const OPEN_TIMEOUT_MS = 10_000;
const PONG_TIMEOUT_MS = 8_000;
const DEFAULT_PING_SECONDS = 25;
/** An error that answers `connect`, and the close code that says the same. */
const REFUSALS = new Map([
  ['unauthorized', CloseCode.INVALID_CREDENTIAL],
  ['token_expired', CloseCode.EXPIRED],
]);

/**
 * One WebSocket, once. The token travels in the first frame, so that no address and no log holds it.
 * @implements {Transport}
 */
export class WebSocketTransport {
  /** @type {'websocket'} */
  name = 'websocket';
  #context;
  #listener;
  #replies;
  #heartbeat;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {string[]} */
  #outbox = [];
  /** @type {Set<string>} */
  #serverSide = new Set();
  /** @type {any} */
  #openTimer = null;
  #ended = false;

  /**
   * @param {import('./types.js').TransportContext} context
   * @param {import('./types.js').TransportListener} listener
   */
  constructor(context, listener) {
    this.#context = context;
    this.#listener = listener;
    this.#replies = new Replies(context.platform);
    const ping = () => this.command('ping', {}, PONG_TIMEOUT_MS);
    this.#heartbeat = new Heartbeat(context.platform, ping, () => this.#end({ code: CloseCode.NO_PONG }));
  }

  async open() {
    try {
      const token = await this.#context.tokens.current();
      if (!this.#ended) this.#dial(token);
    } catch (thrown) {
      this.#end({ code: CloseCode.ABNORMAL, error: ParleyError.from(thrown) });
    }
  }

  close() {
    this.#shut();
  }

  /** The server subscribes these by itself; all others have to be asked for. @param {string} channel @param {import('./types.js').Watch[]} watching */
  carries(channel, watching) {
    return this.#serverSide.has(channel) && !watching.includes('presence');
  }

  /** A channel that stores nothing has no position. @param {import('./types.js').JoinRequest} request */
  async join(request) {
    return { epoch: '', offset: 0, ...(await this.command('subscribe', request)) };
  }

  /** @param {string} channel */
  leave(channel) {
    return this.command('unsubscribe', { channel });
  }

  /** @param {import('./types.js').Publication} publication */
  publish(publication) {
    return this.command('publish', publication);
  }

  /** @param {string} channel @param {import('./types.js').HistoryQuery} query */
  history(channel, query) {
    return this.command('history', { channel, ...query });
  }

  /** @param {string} token */
  refresh(token) {
    return this.command('refresh', { token });
  }

  verify() {
    this.#heartbeat.check();
  }

  /** Who types is pushed in any case. @param {import('./types.js').Watch} watch */
  watch(watch) {
    return watch === 'typing';
  }

  /** @param {string} token */
  #dial(token) {
    const { WebSocket } = this.#context.platform;
    if (!WebSocket) throw new ParleyError('unsupported', 'there is no WebSocket here', { retryable: true });
    const url = new URL('ws', this.#context.base);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url.href, 'parley.v1.json');
    this.#socket = socket;
    socket.onopen = () => this.#connect(token);
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code, reason }) => this.#end({ code, reason });
    socket.onerror = () => {};
    this.#openTimer = this.#context.platform.setTimeout(() => this.#end({ code: CloseCode.ABNORMAL }), OPEN_TIMEOUT_MS);
  }

  /** @param {string} token */
  async #connect(token) {
    try {
      await this.command('connect', { token });
    } catch (thrown) {
      const error = ParleyError.from(thrown);
      const code = REFUSALS.get(error.code);
      this.#end(code ? { code, reason: error.message } : { code: CloseCode.ABNORMAL, error });
    }
  }

  /** @param {unknown} data */
  #receive(data) {
    this.#heartbeat.touch();
    if (typeof data !== 'string') return;
    for (const frame of splitFrame(data)) {
      if (this.#ended) return;
      if (frame.type === 'connected') this.#connected(frame);
      if (frame.type === 'subscribed' && frame.presence) this.#present(frame);
      if (!this.#replies.take(frame) && frame.id === undefined) this.#listener.pushed(frame);
    }
  }

  /**
   * At once and not when the reply's promise is resolved: the frames behind it rely on it.
   * @param {Push} frame
   */
  #connected({ id, type, channel, channels = [], positions = {}, ...info }) {
    this.#context.platform.clearTimeout(this.#openTimer);
    this.#serverSide = new Set(channels);
    this.#heartbeat.start((info.ping || DEFAULT_PING_SECONDS) * 1_000);
    this.#listener.connected(info);
    this.#listener.progressed({ positions, following: false, serverSide: channels });
  }

  /** As soon as it is read, for the same reason. @param {Push} frame */
  #present({ channel, presence }) {
    this.#listener.pushed({ type: 'presence', channel, users: presence });
  }

  /**
   * @param {string} type
   * @param {object} fields
   * @param {number} [timeoutMs]
   * @returns {Promise<any>}
   */
  command(type, fields, timeoutMs) {
    const { id, reply } = this.#replies.expect(timeoutMs);
    this.#outbox.push(JSON.stringify({ id, type, ...fields }));
    if (this.#outbox.length === 1) queueMicrotask(() => this.#flush());
    if (this.#ended) this.#replies.abandon();
    return reply;
  }

  #flush() {
    const lines = this.#outbox;
    this.#outbox = [];
    if (this.#ended || this.#socket?.readyState !== 1) return;
    for (const frame of joinFrames(lines)) this.#socket.send(frame);
  }

  /** @param {import('./types.js').Ending} ending */
  #end(ending) {
    if (this.#ended) return;
    this.#shut();
    this.#listener.closed(ending);
  }

  #shut() {
    this.#ended = true;
    this.#heartbeat.stop();
    this.#context.platform.clearTimeout(this.#openTimer);
    if (this.#socket) {
      this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
      this.#socket.close(CloseCode.NORMAL);
    }
    this.#replies.abandon();
  }
}
