import { byId, h, part } from './dom.js';
import { explain, shortName, transportName } from './format.js';
import { t } from './settings.js';

/**
 * @typedef {import('../client/parley.js').Parley} Parley
 * @typedef {import('../client/connection.js').StateChange} StateChange
 */

/** A change of transport takes less; a banner for it would only flicker. */
const PATIENCE_MS = 1_000;

/** Always on the screen, on each page: is there a connection, and over what. */
export class ConnectionView {
  #banner = byId('banner', HTMLElement);
  #parley;
  #promise;
  /** @type {any} */
  #bannerTimer = null;
  /** @type {any} */
  #countdown = null;

  /** @param {Parley} parley @param {string} [promise] what the page does for people while there is no connection */
  constructor(parley, promise = '') {
    this.#parley = parley;
    this.#promise = promise;
    this.#word('connecting');
    parley.on('state', (change) => this.#show(change));
    parley.on('error', (error) => parley.state === 'disconnected' && this.#gone(explain(error)));
  }

  /** @param {StateChange} change */
  #show({ state, transport, retryInMs }) {
    document.documentElement.dataset.state = state;
    document.documentElement.dataset.transport = transport ?? '';
    this.#word(state);
    byId('pill-transport', HTMLElement).textContent = transport ? ` · ${shortName(transport)}` : '';
    if (state === 'connecting') this.#waiting(retryInMs);
    else this.#clear();
  }

  /** @param {StateChange['state']} state */
  #word(state) {
    byId('pill-state', HTMLElement).textContent = t(`state.${state}`);
  }

  /** @param {number} [retryInMs] */
  #waiting(retryInMs) {
    const due = Date.now() + (retryInMs ?? 0);
    const tell = () => {
      const seconds = Math.ceil((due - Date.now()) / 1000);
      const when = seconds > 0 ? t('state.retryIn', { seconds }) : t('state.retry');
      this.#say(`${t('state.noConnection', { when })} ${this.#promise}`.trim());
    };
    clearInterval(this.#countdown);
    this.#countdown = setInterval(() => this.#banner.hidden || tell(), 1_000);
    if (!this.#banner.hidden) tell();
    else this.#bannerTimer ??= setTimeout(tell, PATIENCE_MS);
  }

  /** @param {string} why */
  #gone(why) {
    this.#clear();
    this.#say(`${why} `);
    this.#banner.append(h('button', { type: 'button', class: 'link', onclick: () => this.#parley.connect() }, t('state.again')));
  }

  /** @param {string} text */
  #say(text) {
    if (this.#banner.textContent !== text) this.#banner.textContent = text;
    this.#banner.hidden = false;
  }

  #clear() {
    clearTimeout(this.#bannerTimer);
    clearInterval(this.#countdown);
    this.#bannerTimer = null;
    this.#banner.hidden = true;
  }
}

/** The panel of the chat page: the connection in detail. On a wide screen it stays beside the talk, on a narrow one it lies over it. */
export class ConnectionPanel {
  /** @param {Parley} parley */
  constructor(parley) {
    parley.on('state', ({ state, transport }) => {
      byId('fact-state', HTMLElement).textContent = t(`state.${state}`);
      byId('fact-transport', HTMLElement).textContent = transport ? transportName(transport) : '–';
      byId('fact-node', HTMLElement).textContent = (state === 'connected' && parley.info?.node) || '–';
    });
    for (const radio of document.querySelectorAll('input[name=transport]')) {
      radio.addEventListener('change', () => parley.useTransport(/** @type {any} */ (radio).value));
    }
    this.#open();
  }

  #open() {
    const pill = byId('pill', HTMLButtonElement);
    const panel = byId('panel', HTMLElement);
    const close = part(panel, '.panel-close');
    const wide = matchMedia('(min-width: 1040px)');
    /** @param {boolean} open @param {HTMLElement} [focus] */
    const set = (open, focus) => {
      panel.hidden = !open;
      pill.setAttribute('aria-expanded', String(open));
      focus?.focus();
    };
    set(wide.matches);
    wide.addEventListener('change', () => set(wide.matches));
    pill.addEventListener('click', () => set(panel.hidden, panel.hidden && !wide.matches ? close : undefined));
    close.addEventListener('click', () => set(false, pill));
    panel.addEventListener('keydown', (event) => event.key === 'Escape' && !wide.matches && set(false, pill));
  }
}
