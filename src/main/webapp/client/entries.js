/**
 * What a delivered message is. A channel's log has more in it than what people have said: changes of it, and what the
 * server itself has to say (`notice`), which is shown but never unread.
 * @typedef {'message' | 'notice' | 'update' | 'deletion' | 'reaction' | 'erasure'} EntryKind
 */

/** @type {ReadonlyMap<string | undefined, EntryKind>} */
const KINDS = new Map([
  ['message-updated', 'update'],
  ['message-deleted', 'deletion'],
  ['message-reaction', 'reaction'],
  ['person-erased', 'erasure'],
]);

/** Reserved in rooms only; elsewhere they are an application's own. */
const ROOM_NOTICE = /^(room-(created|renamed|archived|restored)|member-(joined|changed|left|removed))$/;

/**
 * @param {{event?: string, channel: string}} message
 * @returns {EntryKind}
 */
export function kindOf({ event = 'message', channel }) {
  const kind = KINDS.get(event);
  if (kind) return kind;
  return channel.startsWith('room:') && ROOM_NOTICE.test(event) ? 'notice' : 'message';
}
