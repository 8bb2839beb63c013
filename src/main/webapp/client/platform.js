/**
 * What the library needs from where it runs. Browsers have all of it; elsewhere, and in tests, parts are given.
 *
 * @typedef {object} Platform
 * @property {typeof globalThis.fetch} fetch
 * @property {new (url: string, protocols?: string | string[]) => WebSocket} [WebSocket]
 * @property {new (url: string) => EventSource} [EventSource]
 * @property {() => number} now milliseconds
 * @property {() => number} random 0 to 1
 * @property {() => string} newKey an id that nobody else makes
 * @property {(callback: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {(wake: (what?: Woken) => void) => (() => void)} onWake calls `wake` when the network or the page comes back
 *
 * @typedef {'network' | 'page'} Woken what has come back: a network does so for many at once
 */

/**
 * @param {Partial<Platform>} [given]
 * @returns {Platform}
 */
export function platform(given = {}) {
  return {
    fetch: (...request) => globalThis.fetch(...request),
    WebSocket: globalThis.WebSocket,
    EventSource: globalThis.EventSource,
    now: () => Date.now(),
    random: Math.random,
    newKey: randomKey,
    setTimeout: (callback, ms) => globalThis.setTimeout(callback, ms),
    clearTimeout: (timer) => globalThis.clearTimeout(timer),
    onWake: browserWake,
    ...given,
  };
}

/** `crypto.randomUUID` exists on secure origins only; an intranet page on plain http has the bytes, not the function. */
export function randomKey() {
  const { crypto } = globalThis;
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {(what: Woken) => void} wake */
function browserWake(wake) {
  const { window, document } = globalThis;
  if (!window || !document) return () => {};
  const online = () => wake('network');
  const shown = () => wake('page');
  const visible = () => document.visibilityState === 'visible' && shown();
  window.addEventListener('online', online);
  window.addEventListener('pageshow', shown);
  document.addEventListener('visibilitychange', visible);
  return () => {
    window.removeEventListener('online', online);
    window.removeEventListener('pageshow', shown);
    document.removeEventListener('visibilitychange', visible);
  };
}
