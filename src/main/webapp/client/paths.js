/**
 * The path of something in a channel, below `/api/v1/`.
 * @param {string} channel
 * @param {...string} steps
 */
export function channelPath(channel, ...steps) {
  return ['channels', channel, ...steps].map(encodeURIComponent).join('/');
}

/**
 * What is given, as a query.
 * @param {Record<string, string | number | boolean | undefined>} given
 * @returns {Array<[string, string]>}
 */
export function queryOf(given) {
  return Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
}

/**
 * The name of a user's conversation as the caller sees it, or of another channel that has an id in its name: bytes that
 * names do not have are written as `~` and two hex digits.
 * @param {string} namespace such as `direct`
 * @param {string} id as the identity provider writes it
 */
export function channelOf(namespace, id) {
  const bytes = [...new TextEncoder().encode(id)];
  const name = bytes.map((byte) => (byte < 128 && /[A-Za-z0-9_.:@-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : escaped(byte)));
  return `${namespace}:${name.join('')}`;
}

/** @param {number} byte */
function escaped(byte) {
  return `~${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
