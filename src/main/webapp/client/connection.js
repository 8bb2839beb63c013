import { CloseCode, errorOfClose } from './codes.js';
import { ParleyError } from './errors.js';
import { Reconnect } from './reconnect.js';
import { openTransport } from './transports.js';

/**
 * @typedef {import('./types.js').Transport} Transport
 * @typedef {import('./types.js').TransportName} TransportName
 * @typedef {import('./types.js').ConnectedInfo} ConnectedInfo
 * @typedef {import('./types.js').Ending} Ending
 * @typedef {import('./types.js').Push} Push
 *
 * @typedef {object} StateChange
 * @property {import('./types.js').ConnectionState} state
 * @property {TransportName} [transport] in use, or being tried
 * @property {number} [retryInMs] when the next try is due
 * @property {string} [reason] why the last connection ended
 * @property {number} [code] its close code
 *
 * @typedef {object} ConnectionListener
 * @property {(change: StateChange) => void} changed
 * @property {(transport: Transport, info: ConnectedInfo) => void} connected
 * @property {() => void} lost
 * @property {(progress: import('./types.js').Progress) => void} progressed
 * @property {(push: Push) => void} pushed
 * @property {(channel: string, error: ParleyError) => void} refused
 * @property {(error: ParleyError) => void} stopped for good
 * @property {(error: ParleyError) => void} failed something did not work; the connection lives on
 */

/** A network comes back for everybody in it: they try again within this time, not in one moment. */
const TOGETHER_MS = 5_000;

/** Keeps a transport open: one at a time, the next one when it ends, none when there is no use in trying. */
export class Connection {
  #context;
  #chooser;
  #listener;
  #reconnect;
  /** @type {import('./types.js').ConnectionState} */
  #state = 'disconnected';
  /** @type {Transport | null} */
  #transport = null;
  /** @type {TransportName | undefined} */
  #name;
  /** What belongs to an earlier round is void. */
  #round = 0;
  /** @type {{timer: any, earliest: number} | null} */
  #waiting = null;
  #connectedAt = 0;
  /** @type {any} */
  #moveTimer = null;
  #stopWaking = () => {};

  /**
   * @param {import('./types.js').TransportContext} context
   * @param {import('./transports.js').TransportChooser} chooser
   * @param {ConnectionListener} listener
   * @param {{min?: number, max?: number, first?: number}} [backoff]
   */
  constructor(context, chooser, listener, backoff) {
    this.#context = context;
    this.#chooser = chooser;
    this.#listener = listener;
    this.#reconnect = new Reconnect(context, chooser, backoff);
  }

  get state() {
    return this.#state;
  }

  /** The transport in use, or being tried. */
  get transport() {
    return this.#name;
  }

  /** The transport to which commands can be given, if there is one. */
  get connected() {
    return this.#state === 'connected' ? this.#transport : null;
  }

  open() {
    if (this.#state !== 'disconnected') return;
    this.#stopWaking = this.#context.platform.onWake((what) => this.#woken(what));
    this.#next();
  }

  close() {
    this.#drop();
    this.#rest({ reason: 'closed by the application' });
  }

  /** @param {TransportName | 'auto'} name */
  use(name) {
    this.#chooser.force(name);
    if (this.#state !== 'disconnected' && this.#name !== this.#chooser.pick()) this.#move();
  }

  /** To another transport, or another node. */
  #move() {
    this.#drop();
    this.#next();
  }

  #next() {
    const round = ++this.#round;
    const current = () => round === this.#round;
    const name = this.#chooser.pick();
    this.#waiting = null;
    this.#name = name;
    this.#become('connecting', { transport: name });
    if (current()) this.#dial(name, current);
  }

  /** @param {TransportName} name @param {() => boolean} current */
  async #dial(name, current) {
    try {
      const transport = await openTransport(name, this.#context, {
        connected: (info) => current() && this.#connected(transport, info),
        progressed: (progress) => current() && this.#listener.progressed(progress),
        pushed: (push) => current() && this.#pushed(transport, push),
        refused: (channel, error) => current() && this.#listener.refused(channel, error),
        closed: (ending) => current() && this.#closed(name, ending),
      });
      if (!current()) return;
      this.#transport = transport;
      transport.open();
    } catch (thrown) {
      if (current()) this.#closed(name, { code: CloseCode.ABNORMAL, reason: `could not be loaded: ${thrown}` });
    }
  }

  /** Ends what there is, without a word from it. */
  #drop() {
    const transport = this.#transport;
    this.#forget();
    transport?.close();
  }

  /** What there was has ended. */
  #forget() {
    this.#round++;
    this.#transport = null;
    this.#name = undefined;
    this.#context.platform.clearTimeout(this.#waiting?.timer);
    this.#context.platform.clearTimeout(this.#moveTimer);
    this.#waiting = null;
    if (this.#state === 'connected') this.#listener.lost();
  }

  /** @param {Transport} transport @param {ConnectedInfo} info */
  #connected(transport, info) {
    this.#connectedAt = this.#context.platform.now();
    this.#reconnect.served();
    this.#chooser.worked(transport.name);
    this.#listener.connected(transport, info);
    if (transport === this.#transport) this.#become('connected', { transport: transport.name });
  }

  /** @param {TransportName} transport @param {Ending} ending */
  async #closed(transport, ending) {
    const opened = this.#state === 'connected';
    const lastedMs = opened ? this.#context.platform.now() - this.#connectedAt : 0;
    this.#forget();
    const why = { reason: ending.error?.message ?? ending.reason, code: ending.code };
    this.#become('connecting', why);
    const round = this.#round;
    try {
      const ms = await this.#reconnect.after(ending, { transport, opened, lastedMs });
      if (round !== this.#round) return;
      if (ms === null) this.#stop(ending.error ?? errorOfClose(ending), why);
      else this.#wait(ms, ending.error?.retryAfterMs ?? 0, why);
    } catch (thrown) {
      if (round === this.#round) this.#stop(ParleyError.from(thrown), why);
    }
  }

  /** @param {number} ms @param {number} atLeastMs @param {Partial<StateChange>} why */
  #wait(ms, atLeastMs, why) {
    const timer = this.#context.platform.setTimeout(() => this.#next(), ms);
    this.#waiting = { timer, earliest: this.#context.platform.now() + atLeastMs };
    this.#become('connecting', { ...why, retryInMs: ms });
  }

  /** @param {ParleyError} error @param {Partial<StateChange>} why */
  #stop(error, why) {
    this.#rest(why);
    this.#listener.stopped(error);
  }

  /** @param {Partial<StateChange>} why */
  #rest(why) {
    this.#stopWaking();
    if (this.#state !== 'disconnected') this.#become('disconnected', why);
  }

  /** @param {import('./platform.js').Woken} [what] */
  #woken(what) {
    const { clearTimeout, now, random } = this.#context.platform;
    if (this.#state === 'connected') this.#transport?.verify();
    else if (!this.#waiting || now() < this.#waiting.earliest) return;
    else if (what !== 'network') this.#move();
    else {
      clearTimeout(this.#waiting.timer);
      this.#wait(random() * TOGETHER_MS, 0, {});
    }
  }

  /** @param {Transport} transport @param {Push} push */
  #pushed(transport, push) {
    if (push.type === 'draining') this.#leaveIn(push.reconnectIn ?? 0);
    else if (push.type === 'token-expiring') this.#renewToken(transport);
    else if (push.type === 'error') this.#listener.failed(ParleyError.fromFrame(push));
    else this.#listener.pushed(push);
  }

  /** @param {number} ms */
  #leaveIn(ms) {
    this.#reconnect.draining(ms);
    this.#moveTimer = this.#context.platform.setTimeout(() => this.#move(), ms);
  }

  /** @param {Transport} transport */
  async #renewToken(transport) {
    try {
      await transport.refresh(await this.#context.tokens.renew());
    } catch (thrown) {
      this.#listener.failed(ParleyError.from(thrown));
    }
  }

  /** @param {import('./types.js').ConnectionState} state @param {Partial<StateChange>} more */
  #become(state, more) {
    this.#state = state;
    this.#listener.changed({ ...more, state });
  }
}
