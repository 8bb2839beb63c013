/**
 * What only some parts of the library need from where it runs. Browsers have most of it; what an application or a test gives as
 * `platform` counts first. What is absent here is absent in this browser, or on a page without TLS.
 *
 * @typedef {Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>} KeyValueStorage
 * @typedef {{postMessage: (message: any) => void, onmessage: ((event: MessageEvent) => void) | null, close: () => void}} Broadcast
 *
 * @typedef {Pick<MessagePort, 'postMessage' | 'onmessage'>} WorkerPort
 *
 * @typedef {object} PlatformExtras
 * @property {(kind: 'local' | 'session') => KeyValueStorage} storage throws where it is denied
 * @property {Pick<LockManager, 'request'>} [locks]
 * @property {new (url: any, options: WorkerOptions) => {port: WorkerPort}} [SharedWorker]
 * @property {new (name: string) => Broadcast} [BroadcastChannel]
 * @property {(hide: () => void) => void} onHide calls `hide` when the page goes away
 * @property {object} page stands for what ends together: all of one page have the same
 */

/**
 * @param {import('./platform.js').Platform & Partial<PlatformExtras>} platform
 * @returns {import('./platform.js').Platform & PlatformExtras}
 */
export function withExtras(platform) {
  return {
    storage: (kind) => (kind === 'local' ? globalThis.localStorage : globalThis.sessionStorage),
    locks: globalThis.navigator?.locks,
    SharedWorker: globalThis.SharedWorker,
    BroadcastChannel: globalThis.BroadcastChannel,
    onHide: (hide) => globalThis.window?.addEventListener('pagehide', hide),
    page: globalThis,
    ...platform,
  };
}
