/** @typedef {import('./types.js').Position} Position */

/**
 * What an arriving message means to somebody who has got as far as `position`.
 * `next` continues it, `duplicate` is known already, `gap` has others missing before it, `other-epoch` belongs to
 * another life of the channel.
 *
 * A message may say that so many directly before it were left out for this connection, because newer ones had taken their
 * place (`conflated`): those are not missing.
 * @param {Position} position
 * @param {Position & {conflated?: number}} arriving
 * @returns {'next' | 'duplicate' | 'gap' | 'other-epoch'}
 */
export function compare(position, arriving) {
  if (!sameEpoch(position, arriving)) return 'other-epoch';
  if (arriving.offset <= position.offset) return 'duplicate';
  return arriving.offset - (arriving.conflated ?? 0) <= position.offset + 1 ? 'next' : 'gap';
}

/**
 * @param {Position} position
 * @param {Position} other
 */
export function sameEpoch(position, other) {
  return position.epoch === '' || position.epoch === other.epoch;
}

/**
 * Does `position` lack something that `head` has?
 * @param {Position} position
 * @param {Position} head
 */
export function isBehind(position, head) {
  return !sameEpoch(position, head) || position.offset < head.offset;
}

/**
 * `<channel>,<epoch>,<offset>` as SSE and polling take it.
 * @param {string} channel
 * @param {Position} position
 */
export function positionParameter(channel, { epoch, offset }) {
  return `${channel},${epoch},${offset}`;
}
