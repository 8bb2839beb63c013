import { Notifications } from '../client/notifications.js';
import { byId, h, icon, paintAvatar } from './dom.js';
import { applyTheme, choose, language, setting, t } from './settings.js';
import { signOut } from './sign-in.js';
import { LANGUAGES } from './texts.js';
import { Toasts } from './toasts.js';

/**
 * @typedef {import('../client/parley.js').Parley} Parley
 * @typedef {import('./sign-in.js').Identity} Identity
 * @typedef {import('./settings.js').Setting} Setting
 */

const PAGES = [
  { name: 'chat', address: './', symbol: 'chat' },
  { name: 'notifications', address: 'notifications.html', symbol: 'bell' },
  { name: 'dashboard', address: 'dashboard.html', symbol: 'chart' },
  { name: 'doctor', address: 'doctor.html', symbol: 'doctor' },
];

/**
 * The bar on top of each page: where one can go, the state of the connection, what is new, settings.
 * @param {string} page which of them this is
 * @param {Parley} parley
 * @param {Identity} identity
 * @returns {Notifications} the inbox behind the bell
 */
export function header(page, parley, identity) {
  const inbox = new Notifications(parley);
  document.title = `${t(`nav.${page}`)} · Parley`;
  const top = byId('top', HTMLElement);
  const brand = h('a', { class: 'brand', href: './', 'aria-label': 'Parley' }, h('img', { src: 'app/icon.svg', alt: '', width: 28, height: 28 }), h('span', {}, 'Parley'));
  top.prepend(brand, navigation(page, inbox));
  top.append(settings(identity));
  new Toasts(inbox);
  return inbox;
}

/** @param {string} page @param {Notifications} inbox */
function navigation(page, inbox) {
  const links = PAGES.map(({ name, address, symbol }) => {
    const badge = name === 'notifications' ? bell(inbox) : null;
    const current = name === page ? 'page' : null;
    const text = h('span', { class: 'nav-text' }, t(`nav.${name}`));
    return h('a', { class: 'nav-link', href: address, 'aria-current': current, title: t(`nav.${name}`) }, icon(symbol), text, badge);
  });
  return h('nav', { class: 'nav', 'aria-label': t('nav.label') }, ...links);
}

/** @param {Notifications} inbox */
function bell(inbox) {
  const badge = h('span', { id: 'bell', class: 'unread', hidden: true });
  inbox.on('change', () => {
    badge.hidden = inbox.unread === 0;
    badge.replaceChildren(
      h('span', { 'aria-hidden': 'true' }, inbox.unread > 99 ? '99+' : String(inbox.unread)),
      h('span', { class: 'visually-hidden' }, `, ${t('inbox.unreadCount', { count: inbox.unread })}`),
    );
  });
  return badge;
}

/** @param {Identity} identity */
function settings(identity) {
  const avatar = h('span', { class: 'avatar small', 'aria-hidden': 'true' });
  paintAvatar(avatar, identity);
  const summary = h('summary', { class: 'me', id: 'me', 'aria-label': `${identity.name}, ${t('settings.title')}` }, avatar, h('span', { class: 'me-name', id: 'me-name' }, identity.name));
  const menu = h('details', { class: 'settings' }, summary,
    h('div', { class: 'menu' },
      select('theme', t('settings.theme'), ['', 'light', 'dark'].map((value) => [value, t(`settings.theme.${value || 'auto'}`)])),
      select('language', t('settings.language'), Object.entries(LANGUAGES).map(([value, { name }]) => [value, name])),
      select('direction', t('settings.direction'), ['', 'ltr', 'rtl'].map((value) => [value, t(`settings.direction.${value || 'auto'}`)])),
      h('button', { type: 'button', class: 'secondary', id: 'sign-out', onclick: signOut }, t('settings.switchUser'))));
  menu.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || !menu.open) return;
    menu.open = false;
    summary.focus();
  });
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Node && !menu.contains(target)) menu.open = false;
  });
  return menu;
}

/** @param {Setting} name @param {string} label @param {string[][]} options */
function select(name, label, options) {
  const chosen = setting(name) ?? (name === 'language' ? language : '');
  const field = h('select', { id: `setting-${name}` }, ...options.map(([value, text]) => h('option', { value, selected: value === chosen }, text)));
  field.addEventListener('change', () => {
    choose(name, field.value);
    if (name === 'theme') applyTheme();
    else if (name === 'direction') document.documentElement.dir = field.value || (LANGUAGES[language].rtl ? 'rtl' : 'ltr');
    else location.reload();
  });
  return h('label', { class: 'field' }, h('span', {}, label), field);
}
