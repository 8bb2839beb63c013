import { ParleyError } from './errors.js';

/**
 * What to do when a connection has ended.
 * `stop`: reconnecting cannot help. `renew`: only with a new token. `backoff`: after a random, growing wait.
 * `now`: at once. `told`: after the time that the server named.
 * @typedef {'stop' | 'renew' | 'backoff' | 'now' | 'told'} Reaction
 */

export const CloseCode = Object.freeze({
  NORMAL: 1000,
  ABNORMAL: 1006,
  TOO_BIG: 1009,
  NO_CREDENTIAL: 4001,
  INVALID_CREDENTIAL: 4002,
  EXPIRED: 4003,
  DISCONNECTED: 4004,
  PROTOCOL_BROKEN: 4006,
  NO_PONG: 4201,
  TOO_SLOW: 4202,
  DRAINING: 4203,
});

/** @type {ReadonlyMap<number, Reaction>} */
const REACTIONS = new Map([
  [CloseCode.TOO_BIG, 'stop'],
  [CloseCode.EXPIRED, 'renew'],
  [CloseCode.NO_PONG, 'now'],
  [CloseCode.TOO_SLOW, 'now'],
  [CloseCode.DRAINING, 'told'],
]);

/**
 * Codes that a later server may add follow the ranges: 4000 to 4099 are final, all others are worth another try.
 * @param {number} code
 * @returns {Reaction}
 */
export function reactionToClose(code) {
  const known = REACTIONS.get(code);
  if (known) return known;
  return code >= 4000 && code < 4100 ? 'stop' : 'backoff';
}

/** Answers to HTTP that no waiting will change, once the token has been renewed in vain. */
const FINAL_ERRORS = new Set(['unauthorized', 'token_expired', 'forbidden']);

/**
 * @param {ParleyError} error
 * @returns {Reaction}
 */
export function reactionToError(error) {
  return FINAL_ERRORS.has(error.code) ? 'stop' : 'backoff';
}

/**
 * @param {import('./types.js').Ending} ending
 * @returns {Reaction}
 */
export function reactionTo(ending) {
  return ending.error ? reactionToError(ending.error) : reactionToClose(ending.code);
}

/** @type {ReadonlyMap<number, string>} */
const ERRORS = new Map([
  [CloseCode.NO_CREDENTIAL, 'unauthorized'],
  [CloseCode.INVALID_CREDENTIAL, 'unauthorized'],
  [CloseCode.EXPIRED, 'token_expired'],
  [CloseCode.DISCONNECTED, 'forbidden'],
  [CloseCode.PROTOCOL_BROKEN, 'bad_request'],
  [CloseCode.TOO_BIG, 'too_large'],
]);

/**
 * The same end, as an error.
 * @param {import('./types.js').Ending} ending
 */
export function errorOfClose({ code, reason }) {
  return new ParleyError(ERRORS.get(code) ?? 'closed', reason || `closed by the server with ${code}`, { status: code });
}
