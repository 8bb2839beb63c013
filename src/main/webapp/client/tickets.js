/**
 * A single-use ticket, for addresses that cannot carry a header. It is good for seconds, so it is fetched right
 * before use and never kept.
 * @param {import('./http.js').Http} http
 * @returns {Promise<string>}
 */
export async function fetchTicket(http) {
  const { body } = await http.call('tickets', { method: 'POST' });
  return body.ticket;
}
