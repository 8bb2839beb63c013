import { WebSocketTransport } from './transport-websocket.js';

/**
 * @typedef {import('./types.js').TransportName} TransportName
 * @typedef {import('./types.js').Transport} Transport
 * @typedef {import('./types.js').TransportContext} TransportContext
 * @typedef {import('./types.js').TransportListener} TransportListener
 * @typedef {(context: TransportContext, listener: TransportListener) => Promise<Transport>} MakeTransport
 */

/** The best first. Most networks let a WebSocket through, so the others are loaded where they are needed. @type {Record<TransportName, MakeTransport>} */
export const TRANSPORTS = {
  websocket: async (context, listener) => new WebSocketTransport(context, listener),
  sse: async (context, listener) => new (await import('./transport-sse.js')).SseTransport(context, listener),
  'long-polling': (context, listener) => polling(context, listener, true),
  'short-polling': (context, listener) => polling(context, listener, false),
};

/** One's own, or a part of that which all tabs have. @param {TransportName} name @param {TransportContext} context @param {TransportListener} listener */
export async function openTransport(name, context, listener) {
  return context.shared ? (await import('./shared.js')).sharedTransport(name, context, listener) : TRANSPORTS[name](context, listener);
}

/** @param {TransportContext} context @param {TransportListener} listener @param {boolean} long */
async function polling(context, listener, long) {
  const { PollingTransport } = await import('./transport-polling.js');
  return new PollingTransport(context, listener, { long });
}

/**
 * Those that the platform has, the best first.
 * @param {import('./platform.js').Platform} platform
 * @returns {TransportName[]}
 */
export function usableTransports({ WebSocket, EventSource }) {
  const names = /** @type {TransportName[]} */ (Object.keys(TRANSPORTS));
  return names.filter((name) => (name !== 'websocket' || WebSocket) && (name !== 'sse' || EventSource));
}

/** How long a transport that the network does not let through is left alone. */
const REST_MS = 300_000;
/** One failure may be the server that is just starting; this many in a row are the network. */
const FAILURES = 2;

/** Says which transport to try: the one that was forced, otherwise the best of those that work. */
export class TransportChooser {
  #order;
  /** @type {TransportName | null} */
  #forced = null;
  /** @type {Map<TransportName, number>} */
  #restingUntil = new Map();
  /** @type {Map<TransportName, number>} */
  #failures = new Map();
  #now;

  /**
   * @param {TransportName[]} order
   * @param {() => number} now
   */
  constructor(order, now) {
    this.#order = order;
    this.#now = now;
  }

  get forced() {
    return this.#forced;
  }

  /** @param {TransportName | 'auto'} name */
  force(name) {
    if (name !== 'auto' && !(name in TRANSPORTS)) throw new RangeError(`no such transport: ${name}`);
    this.#forced = name === 'auto' ? null : name;
    this.#restingUntil.clear();
    this.#failures.clear();
  }

  /** @returns {TransportName} */
  pick() {
    const rested = this.#order.find((name) => (this.#restingUntil.get(name) ?? 0) <= this.#now());
    return this.#forced ?? rested ?? this.#order[0];
  }

  /** @param {TransportName} name */
  worked(name) {
    this.#failures.delete(name);
    this.#restingUntil.delete(name);
  }

  /**
   * It came to nothing although the server can be reached by plain requests.
   * @param {TransportName} name
   * @returns {boolean} whether another one is to be tried at once
   */
  failed(name) {
    if (this.#forced) return false;
    const failures = (this.#failures.get(name) ?? 0) + 1;
    this.#failures.set(name, failures);
    if (failures < FAILURES) return false;
    this.#failures.delete(name);
    this.#restingUntil.set(name, this.#now() + REST_MS);
    return this.pick() !== name;
  }
}
