import { byId, h, paintAvatar } from './dom.js';
import { t } from './settings.js';
import { demoToken, demoUsers } from './users.js';

/**
 * @typedef {import('./users.js').DemoUser} DemoUser
 * @typedef {{id: string, name: string, roles: string[], getToken: () => Promise<string>}} Identity
 */

const REMEMBERED = 'parley.user';
const RETRY_MS = 2_000;

/** Asks who it is, unless this window knows already. @returns {Promise<Identity>} */
export async function signIn() {
  const wait = h('div', { class: 'hint', role: 'status' }, t('signin.looking'));
  const card = h('div', { class: 'card' }, h('img', { class: 'mark', src: 'app/icon.svg', alt: '', width: 44, height: 44 }), h('h1', {}, 'Parley'), wait);
  const view = h('main', { id: 'sign-in', class: 'sign-in' }, card);
  document.body.prepend(view);
  const users = await findUsers(wait);
  wait.remove();
  const remembered = users?.find(({ user }) => user === sessionStorage.getItem(REMEMBERED));
  const identity = remembered ? asIdentity(remembered) : await (users ? chooseUser(card, users) : enterToken(card));
  view.remove();
  byId('app', HTMLElement).hidden = false;
  return identity;
}

export function signOut() {
  sessionStorage.removeItem(REMEMBERED);
  location.reload();
}

/** @param {HTMLElement} wait */
async function findUsers(wait) {
  for (;;) {
    try {
      return await demoUsers();
    } catch {
      wait.textContent = t('signin.again');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** @param {HTMLElement} card @param {DemoUser[]} users @returns {Promise<Identity>} */
function chooseUser(card, users) {
  return new Promise((resolve) => {
    const entries = users.map((user) => userEntry(user, () => resolve(choose(user))));
    card.append(
      h('section', { 'aria-labelledby': 'demo-users-title' },
        h('h2', { id: 'demo-users-title' }, t('signin.who')),
        h('p', { class: 'hint' }, t('signin.hint')),
        h('ul', { id: 'user-list', class: 'user-list' }, ...entries)),
    );
  });
}

/** @param {DemoUser} user */
function choose(user) {
  sessionStorage.setItem(REMEMBERED, user.user);
  return asIdentity(user);
}

/** @param {DemoUser} user @returns {Identity} */
function asIdentity({ user, name, roles = [] }) {
  return { id: user, name: name || user, roles, getToken: () => demoToken(user) };
}

/** @param {DemoUser} user @param {() => void} onChoose */
function userEntry({ user, name, org, roles = [] }, onChoose) {
  const avatar = h('span', { class: 'avatar', 'aria-hidden': 'true' });
  paintAvatar(avatar, { id: user, name });
  const more = [org, ...roles].filter(Boolean).join(' · ');
  const text = h('span', { class: 'user-text' }, h('span', { class: 'user-name' }, name || user), h('span', { class: 'user-more' }, more));
  return h('li', {}, h('button', { type: 'button', class: 'user', 'data-user': user, onclick: onChoose }, avatar, text));
}

/** @param {HTMLElement} card @returns {Promise<Identity>} */
function enterToken(card) {
  const input = h('textarea', { id: 'token', rows: 4, autocomplete: 'off', spellcheck: 'false', required: true });
  const form = h('form', { class: 'token-form' },
    h('h2', {}, t('signin.noDev')),
    h('p', { class: 'hint' }, t('signin.noDevHint')),
    h('label', { for: 'token' }, t('signin.token')),
    input,
    h('button', { class: 'primary', type: 'submit' }, t('signin.continue')));
  card.append(form);
  return new Promise((resolve) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const token = input.value.trim();
      input.value = '';
      if (token) resolve({ ...bearer(token), getToken: async () => token });
    });
  });
}

/** Who a token says it is for; the server decides whether it may be believed. @param {string} token */
function bearer(token) {
  try {
    const bytes = Uint8Array.from(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));
    const { sub, name, upn, groups } = JSON.parse(new TextDecoder().decode(bytes));
    return { id: String(sub), name: String(name ?? upn ?? sub), roles: Array.isArray(groups) ? groups.map(String) : [] };
  } catch {
    return { id: '', name: t('signin.you'), roles: [] };
  }
}
