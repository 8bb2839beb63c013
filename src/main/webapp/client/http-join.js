import { readGap } from './history.js';

/**
 * Subscribing where there is no command for it: a channel's history answers the same questions.
 *
 * @typedef {import('./types.js').Position} Position
 * @typedef {import('./types.js').JoinRequest} JoinRequest
 * @typedef {import('./types.js').JoinReply} JoinReply
 * @typedef {import('./history.js').ReadHistory} ReadHistory
 */

/**
 * May the channel be read, how far is it, and what came last?
 * @param {ReadHistory} read
 * @param {JoinRequest} request
 * @returns {Promise<JoinReply>}
 */
export async function firstLook(read, { channel, history = 0 }) {
  const { messages } = await read(channel, { limit: history || 1 });
  const { epoch, offset } = messages[0] ?? { epoch: '', offset: 0 };
  return { epoch, offset, recovered: false, wasRecovering: false, messages: history ? messages.reverse() : [] };
}

/**
 * What follows a position? That nothing does may also mean that the log is another one now; its newest message tells.
 * @param {ReadHistory} read
 * @param {string} channel
 * @param {Position} from
 * @returns {Promise<JoinReply>}
 */
export async function catchUp(read, channel, from) {
  const messages = await readGap(read, channel, from);
  const last = messages?.at(-1) ?? (await lastLook(read, channel, from));
  const { epoch, offset } = last.epoch ? last : from;
  const recovered = !!messages && (messages.length > 0 || (epoch === from.epoch && offset === from.offset));
  return { epoch, offset, recovered, wasRecovering: true, messages: messages ?? [] };
}

/**
 * The newest message, or the entry at the position itself: going back, a history leaves out changes, and one of those may
 * be the newest entry.
 * @param {ReadHistory} read
 * @param {string} channel
 * @param {Position} from
 * @returns {Promise<Position>}
 */
async function lastLook(read, channel, from) {
  const newest = await firstLook(read, { channel });
  if (newest.epoch !== from.epoch || newest.offset >= from.offset) return newest;
  const { messages } = await read(channel, { after: from.offset - 1, limit: 1 });
  return messages[0]?.offset === from.offset ? messages[0] : newest;
}
