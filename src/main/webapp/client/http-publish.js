import { ParleyError } from './errors.js';

/**
 * @typedef {import('./http.js').Http} Http
 * @typedef {import('./types.js').Publication} Publication
 * @typedef {import('./types.js').Published} Published
 */

/**
 * A server refuses a request with other bytes in a header before somebody could say why.
 * @param {string} key
 * @returns {Record<string, string>}
 * @throws {ParleyError} as the server does where it gets to see the key
 */
export function keyHeader(key) {
  if (!/^[ -~]{1,255}$/.test(key)) throw new ParleyError('bad_request', 'key: must have 1 to 255 printable ASCII characters');
  return { 'Idempotency-Key': key };
}

/** @param {Http} http @param {Publication} publication @returns {Promise<Published>} */
export async function publishMessage(http, { channel, key, ...body }) {
  const answer = await http.call(`channels/${encodeURIComponent(channel)}/messages`, { method: 'POST', headers: keyHeader(key), body });
  return answer.body;
}
