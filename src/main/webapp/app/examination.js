import { Parley } from '../client/parley.js';
import { TRANSPORTS } from '../client/transports.js';

/**
 * @typedef {import('./diagnosis.js').Finding} Finding
 * @typedef {import('../client/types.js').TransportName} TransportName
 */

/** A proxy that holds a stream back keeps its first event for minutes; nobody waits so long. */
const CONNECT_MS = 12_000;
/** As long a line is watched. */
export const HOLD_MS = 3_000;

export const WAYS = /** @type {TransportName[]} */ (Object.keys(TRANSPORTS));

/** How long an ordinary question takes, the best of three. @param {Parley} parley @returns {Promise<Finding>} */
export async function tryHttp(parley) {
  try {
    const times = [];
    for (let round = 0; round < 3; round++) times.push(await timed(() => parley.call('notifications/count')));
    return { outcome: 'works', ms: Math.min(...times) };
  } catch (error) {
    return { outcome: 'fails', why: String(/** @type {any} */ (error).code ?? error) };
  }
}

/** @param {() => Promise<any>} act */
async function timed(act) {
  const begun = performance.now();
  await act();
  return Math.round(performance.now() - begun);
}

/**
 * Connects in this one way and watches whether it holds.
 * @param {TransportName} name
 * @param {import('../client/tokens.js').GetToken} getToken
 * @param {string} [url]
 * @returns {Promise<Finding>}
 */
export async function tryTransport(name, getToken, url = './') {
  if (name === 'websocket' && !globalThis.WebSocket) return { outcome: 'skipped' };
  if (name === 'sse' && !globalThis.EventSource) return { outcome: 'skipped' };
  const parley = new Parley(url, { getToken, transport: name, transports: [name] });
  try {
    const ms = await timed(() => within(CONNECT_MS, parley.connect()));
    return (await holds(parley)) ? { outcome: 'works', ms } : { outcome: 'dropped', ms };
  } catch (error) {
    return { outcome: 'fails', why: String(/** @type {any} */ (error).code ?? error) };
  } finally {
    parley.close();
  }
}

/** @param {number} ms @param {Promise<any>} promise */
function within(ms, promise) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject({ code: 'timeout' }), ms))]);
}

/** @param {Parley} parley @returns {Promise<boolean>} */
function holds(parley) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(parley.state === 'connected'), HOLD_MS);
    parley.on('state', ({ state }) => {
      if (state === 'connected') return;
      clearTimeout(timer);
      resolve(false);
    });
  });
}
