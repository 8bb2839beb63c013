/**
 * @typedef {import('./http.js').Http} Http
 * @typedef {import('./types.js').HistoryQuery} HistoryQuery
 * @typedef {import('./types.js').HistoryPage} HistoryPage
 */

/**
 * @param {Http} http
 * @param {string} channel
 * @param {HistoryQuery} query
 * @param {AbortSignal} [signal]
 * @returns {Promise<HistoryPage>}
 */
export async function readHistory(http, channel, query, signal) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const { body } = await http.call(`channels/${encodeURIComponent(channel)}/messages`, {
    query: given.map(([name, value]) => [name, String(value)]),
    signal,
  });
  return body;
}
