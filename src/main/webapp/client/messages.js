import { keyHeader } from './http-publish.js';
import { channelPath, queryOf } from './paths.js';

/**
 * @typedef {import('./parley.js').Parley} Parley
 * @typedef {import('./types.js').Message} Message
 *
 * @typedef {object} Changed
 * @property {string} messageId of the message that was changed
 * @property {string} epoch
 * @property {number} offset where the change stands in the log
 * @property {string} time
 * @property {boolean} [duplicate] it had been so before
 *
 * @typedef {{version?: number, key?: string}} ChangeOptions
 */

/**
 * Puts other content in the place of a message's. Sent once more under its key when no answer has come, so it is stored
 * once or rejected.
 * @param {Parley} parley
 * @param {string} channel
 * @param {string} messageId
 * @param {any} data
 * @param {ChangeOptions} [options] `version`: only if it has this one (`edited.version`, or its own offset); rejected
 *   with `precondition_failed` otherwise
 * @returns {Promise<Changed>}
 */
export async function updateMessage(parley, channel, messageId, data, { version, key = parley.platform.newKey() } = {}) {
  const request = { method: 'PATCH', headers: keyHeader(key), body: { data, version } };
  return once(parley, channelPath(channel, 'messages', messageId), request);
}

/**
 * Takes a message back. Its place stays, its content goes. Once more changes nothing.
 * @param {Parley} parley
 * @param {string} channel
 * @param {string} messageId
 * @param {{version?: number}} [options]
 * @returns {Promise<Changed>}
 */
export function deleteMessage(parley, channel, messageId, { version } = {}) {
  /** @type {Record<string, string>} */
  const headers = version === undefined ? {} : { 'If-Match': `"${version}"` };
  return once(parley, channelPath(channel, 'messages', messageId), { method: 'DELETE', headers });
}

/**
 * @param {Parley} parley
 * @param {string} channel
 * @param {string} messageId
 * @param {string} reaction an emoji or another sign of at most 64 characters without spaces
 * @returns {Promise<Changed>}
 */
export function react(parley, channel, messageId, reaction) {
  return once(parley, channelPath(channel, 'messages', messageId, 'reactions', reaction), { method: 'PUT' });
}

/**
 * Takes a reaction of one's own back; rejected with `not_found` when it is not there.
 * @param {Parley} parley
 * @param {string} channel
 * @param {string} messageId
 * @param {string} reaction
 * @returns {Promise<Changed>}
 */
export function removeReaction(parley, channel, messageId, reaction) {
  return parley.call(channelPath(channel, 'messages', messageId, 'reactions', reaction), { method: 'DELETE' });
}

/**
 * One message in its present form, with its reactions.
 * @param {Parley} parley
 * @param {string} channel
 * @param {string} messageId
 * @returns {Promise<Message>}
 */
export function readMessage(parley, channel, messageId) {
  return parley.call(channelPath(channel, 'messages', messageId));
}

/**
 * Confirms a message that asks for it (`confirm`).
 * @param {Parley} parley
 * @param {string} channel
 * @param {string} messageId
 * @returns {Promise<{channel: string, messageId: string, user: import('./types.js').User, time: string, duplicate?: boolean}>}
 */
export function confirmMessage(parley, channel, messageId) {
  return once(parley, channelPath(channel, 'messages', messageId, 'confirmation'), { method: 'PUT' });
}

/**
 * Who has confirmed a message and who has not, to its author; a page, ordered by user.
 * @param {Parley} parley
 * @param {string} channel
 * @param {string} messageId
 * @param {{after?: string, limit?: number}} [page]
 * @returns {Promise<{users: Array<{user: string, confirmedAt?: string}>, next?: string}>}
 */
export function confirmations(parley, channel, messageId, page = {}) {
  return parley.call(channelPath(channel, 'messages', messageId, 'confirmations'), { query: queryOf(page) });
}

/**
 * What you are asked to confirm and have not: at once, and whenever a connection begins with some of it.
 * @param {Parley} parley
 * @param {(messages: Message[]) => void} listener the oldest hundred
 * @returns {() => void} stops listening
 */
export function onUnconfirmed(parley, listener) {
  const read = async () => listener((await parley.call('confirmations')).messages);
  read().catch(() => {});
  return parley.on('push', ({ type, messages }) => type === 'unconfirmed' && listener(messages));
}

/** How often a change is sent that comes to the same end when it is sent again. */
const TRIES = 3;

/**
 * @param {Parley} parley
 * @param {string} path
 * @param {import('./http.js').HttpRequest} request
 */
async function once(parley, path, request) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await parley.call(path, request);
    } catch (thrown) {
      const { retryable, retryAfterMs = 1_000 * attempt } = /** @type {import('./errors.js').ParleyError} */ (thrown);
      if (!retryable || attempt === TRIES) throw thrown;
      await new Promise((resolve) => parley.platform.setTimeout(() => resolve(undefined), retryAfterMs));
    }
  }
}
