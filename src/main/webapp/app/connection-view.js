import { byId, part } from './dom.js';
import { explain, SHORT_NAMES, TRANSPORT_NAMES } from './format.js';

/**
 * @typedef {import('../client/parley.js').Parley} Parley
 * @typedef {import('../client/connection.js').StateChange} StateChange
 */

const STATE_NAMES = { disconnected: 'Disconnected', connecting: 'Connecting', connected: 'Connected' };
/** A change of transport takes less; a banner for it would only flicker. */
const PATIENCE_MS = 1_000;

/** Always on the screen: is there a connection, and over what. */
export class ConnectionView {
  #banner = byId('banner', HTMLElement);
  #parley;
  /** @type {any} */
  #bannerTimer = null;
  /** @type {any} */
  #countdown = null;

  /** @param {Parley} parley */
  constructor(parley) {
    this.#parley = parley;
    parley.on('state', (change) => this.#show(change));
    parley.on('error', (error) => parley.state === 'disconnected' && this.#gone(explain(error)));
    for (const radio of document.querySelectorAll('input[name=transport]')) {
      radio.addEventListener('change', () => parley.useTransport(/** @type {any} */ (radio).value));
    }
    this.#panel();
  }

  /** @param {StateChange} change */
  #show({ state, transport, retryInMs }) {
    document.documentElement.dataset.state = state;
    byId('pill-state', HTMLElement).textContent = STATE_NAMES[state];
    byId('fact-state', HTMLElement).textContent = STATE_NAMES[state];
    this.#showTransport(transport);
    byId('fact-node', HTMLElement).textContent = (state === 'connected' && this.#parley.info?.node) || '–';
    if (state === 'connecting') this.#waiting(retryInMs);
    else this.#clear();
  }

  /** @param {string} [transport] */
  #showTransport(transport) {
    const name = transport ? TRANSPORT_NAMES[transport] : '';
    byId('pill-transport', HTMLElement).textContent = transport ? ` · ${SHORT_NAMES[transport]}` : '';
    byId('fact-transport', HTMLElement).textContent = name || '–';
    document.documentElement.dataset.transport = transport ?? '';
  }

  /** @param {number} [retryInMs] */
  #waiting(retryInMs) {
    const due = Date.now() + (retryInMs ?? 0);
    const tell = () => {
      const seconds = Math.ceil((due - Date.now()) / 1000);
      const when = seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again…';
      this.#say(`No connection. ${when} Keep writing: it is sent as soon as there is one.`);
    };
    clearInterval(this.#countdown);
    this.#countdown = setInterval(() => this.#banner.hidden || tell(), 1_000);
    if (!this.#banner.hidden) tell();
    else this.#bannerTimer ??= setTimeout(tell, PATIENCE_MS);
  }

  /** @param {string} why */
  #gone(why) {
    this.#clear();
    const again = document.createElement('button');
    again.type = 'button';
    again.className = 'link';
    again.textContent = 'Connect again';
    again.addEventListener('click', () => this.#parley.connect());
    this.#say(`${why} `);
    this.#banner.append(again);
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

  /** On a wide screen the panel stays beside the talk, on a narrow one it lies over it. */
  #panel() {
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
