import { sameEpoch } from './positions.js';

/**
 * @typedef {import('./types.js').Position} Position
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').HistoryPage} HistoryPage
 * @typedef {import('./types.js').HistoryQuery} HistoryQuery
 * @typedef {(channel: string, query: HistoryQuery) => Promise<HistoryPage>} ReadHistory
 */

const PAGE = 100;

/** A gap wider than this is not paged through: the application reloads its state faster than it replays so much. */
export const CATCH_UP_LIMIT = 5_000;

/**
 * Reads what lies between a position and the channel's head.
 * @param {ReadHistory} read
 * @param {string} channel
 * @param {Position} from
 * @param {Position} [until] the head, when it is known
 * @returns {Promise<Message[] | null>} every message in order, or null when some of them are no longer there
 */
export async function readGap(read, channel, from, until) {
  if (until && until.offset - from.offset > CATCH_UP_LIMIT) return null;
  /** @type {Message[]} */
  const found = [];
  let at = from;
  for (;;) {
    const { messages, next } = await read(channel, { after: at.offset, limit: PAGE });
    if (!follows(at, messages) || found.length > CATCH_UP_LIMIT) return null;
    found.push(...messages);
    at = messages.at(-1) ?? at;
    const reached = until ? at.offset >= until.offset : !next;
    if (reached) return found;
    if (messages.length === 0) return until ? null : found;
  }
}

/**
 * What somebody at a position lacks when a subscribe is answered.
 * @param {ReadHistory} read
 * @param {string} channel
 * @param {Position | null} from nothing: whatever the reply brings
 * @param {import('./types.js').JoinReply} reply
 * @returns {Promise<Message[] | null>} null when it cannot be had any more
 */
export async function missingAt(read, channel, from, reply) {
  if (!from || reply.recovered) return reply.messages;
  if (!sameEpoch(from, reply) || (reply.wasRecovering && reply.offset < from.offset)) return null;
  return reply.offset <= from.offset ? [] : readGap(read, channel, from, reply);
}

/**
 * @param {Position} position
 * @param {Message[]} messages
 */
function follows(position, messages) {
  return messages.every(
    (message, index) => sameEpoch(position, message) && message.offset === position.offset + 1 + index,
  );
}
