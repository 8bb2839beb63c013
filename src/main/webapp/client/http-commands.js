/**
 * @typedef {import('./http.js').Http} Http
 * @typedef {import('./types.js').Publication} Publication
 * @typedef {import('./types.js').Published} Published
 * @typedef {import('./types.js').HistoryQuery} HistoryQuery
 * @typedef {import('./types.js').HistoryPage} HistoryPage
 */

/** @param {string} channel */
const messagesOf = (channel) => `channels/${encodeURIComponent(channel)}/messages`;

/** @param {Http} http @param {Publication} publication @returns {Promise<Published>} */
export async function publishMessage(http, { channel, key, ...body }) {
  const headers = { 'Idempotency-Key': key };
  return (await http.call(messagesOf(channel), { method: 'POST', headers, body })).body;
}

/**
 * @param {Http} http
 * @param {string} channel
 * @param {HistoryQuery} query
 * @param {AbortSignal} [signal]
 * @returns {Promise<HistoryPage>}
 */
export async function readHistory(http, channel, query, signal) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const { body } = await http.call(messagesOf(channel), {
    query: given.map(([name, value]) => [name, String(value)]),
    signal,
  });
  return body;
}
