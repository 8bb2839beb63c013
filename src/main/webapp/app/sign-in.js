import { byId, clone, paintAvatar, part } from './dom.js';
import { demoToken, demoUsers } from './users.js';

/**
 * @typedef {import('./users.js').DemoUser} DemoUser
 * @typedef {{id: string, name: string, getToken: () => Promise<string>}} Identity
 */

const REMEMBERED = 'parley.user';
const RETRY_MS = 2_000;

/** Asks who it is, unless this window knows already. @returns {Promise<Identity>} */
export async function signIn() {
  const view = byId('sign-in', HTMLElement);
  view.hidden = false;
  const users = await findUsers();
  byId('sign-in-wait', HTMLElement).hidden = true;
  const remembered = users?.find(({ user }) => user === sessionStorage.getItem(REMEMBERED));
  const identity = remembered ? asIdentity(remembered) : await (users ? chooseUser(users) : enterToken());
  view.hidden = true;
  return identity;
}

export function signOut() {
  sessionStorage.removeItem(REMEMBERED);
  location.reload();
}

async function findUsers() {
  for (;;) {
    try {
      return await demoUsers();
    } catch {
      byId('sign-in-wait', HTMLElement).textContent = 'The server does not answer yet. Trying again…';
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** @param {DemoUser[]} users @returns {Promise<Identity>} */
function chooseUser(users) {
  byId('demo-users', HTMLElement).hidden = false;
  return new Promise((resolve) => {
    const entries = users.map((user) => userEntry(user, () => resolve(choose(user))));
    byId('user-list', HTMLUListElement).replaceChildren(...entries);
  });
}

/** @param {DemoUser} user */
function choose(user) {
  sessionStorage.setItem(REMEMBERED, user.user);
  return asIdentity(user);
}

/** @param {DemoUser} user @returns {Identity} */
function asIdentity({ user, name }) {
  return { id: user, name: name || user, getToken: () => demoToken(user) };
}

/** @param {DemoUser} user @param {() => void} onChoose */
function userEntry({ user, name, org, roles = [] }, onChoose) {
  const entry = clone('user-template');
  paintAvatar(part(entry, '.avatar'), { id: user, name });
  part(entry, '.user-name').textContent = name || user;
  part(entry, '.user-more').textContent = [org, ...roles].filter(Boolean).join(' · ');
  const button = part(entry, 'button');
  button.dataset.user = user;
  button.addEventListener('click', onChoose);
  return entry;
}

/** @returns {Promise<Identity>} */
function enterToken() {
  const form = byId('token-form', HTMLFormElement);
  form.hidden = false;
  return new Promise((resolve) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const token = byId('token', HTMLTextAreaElement).value.trim();
      byId('token', HTMLTextAreaElement).value = '';
      if (token) resolve({ ...bearer(token), getToken: async () => token });
    });
  });
}

/** Who a token says it is for; the server decides whether it may be believed. @param {string} token */
function bearer(token) {
  try {
    const bytes = Uint8Array.from(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));
    const { sub, name, upn } = JSON.parse(new TextDecoder().decode(bytes));
    return { id: String(sub), name: String(name ?? upn ?? sub) };
  } catch {
    return { id: '', name: 'You' };
  }
}
