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
 * @property {(wake: () => void) => (() => void)} onWake calls `wake` when the network or the page comes back
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

/** @param {() => void} wake */
function browserWake(wake) {
  const { window, document } = globalThis;
  if (!window || !document) return () => {};
  const visible = () => document.visibilityState === 'visible' && wake();
  window.addEventListener('online', wake);
  window.addEventListener('pageshow', wake);
  document.addEventListener('visibilitychange', visible);
  return () => {
    window.removeEventListener('online', wake);
    window.removeEventListener('pageshow', wake);
    document.removeEventListener('visibilitychange', visible);
  };
}
