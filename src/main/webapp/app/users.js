/**
 * @typedef {{user: string, name: string, org: string, roles: string[]}} DemoUser
 */

/**
 * @returns {Promise<DemoUser[] | null>} null when development mode is off
 */
export async function demoUsers() {
  const response = await fetch('api/v1/dev/users', { headers: { Accept: 'application/json' } });
  if ([401, 403, 404].includes(response.status)) return null;
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()).users;
}

/** @param {string} user @returns {Promise<string>} */
export async function demoToken(user) {
  const response = await fetch('api/v1/dev/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify({ user }),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()).token;
}
