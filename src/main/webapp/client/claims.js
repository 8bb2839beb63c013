/** What a token says however often it is renewed; the rest is about this one token. */
const PASSING = new Set(['exp', 'iat', 'nbf', 'jti', 'auth_time']);

/**
 * For whom a token speaks, and with which rights: the same text for every token of the same person with the same claims. It is
 * read to keep people apart in one browser; whether it is true is for the server to say.
 * @param {string} token
 * @returns {string | null} null when it cannot be read
 */
export function holderOf(token) {
  const claims = claimsOf(token);
  if (typeof claims?.sub !== 'string') return null;
  const lasting = Object.entries(claims).filter(([name]) => !PASSING.has(name));
  return JSON.stringify(lasting.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The person, whatever the rights: issuer, tenant as far as the usual claim names it, and user.
 * @param {string} token
 * @returns {string | null} null when it cannot be read
 */
export function personOf(token) {
  const claims = claimsOf(token);
  return typeof claims?.sub === 'string' ? JSON.stringify([claims.iss ?? '', claims.org ?? '', claims.sub]) : null;
}

/** The user's id. @param {string} token @returns {string | undefined} */
export function userOf(token) {
  return claimsOf(token)?.sub;
}

/** @param {string} token @returns {Record<string, any> | null} */
function claimsOf(token) {
  try {
    const base64 = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
