import { byId, part } from './dom.js';
import { exactTime, transportName } from './format.js';
import { t } from './settings.js';

/**
 * @typedef {import('../client/parley.js').Parley} Parley
 * @typedef {import('../client/types.js').DeliveredMessage} DeliveredMessage
 * @typedef {'sent' | 'acknowledged' | 'received' | 'recovered' | 'gaps' | 'duplicates'} Count
 */

const EVENTS_KEPT = 30;

/**
 * Counts what goes out and comes in, and checks on its own, not trusting the client, that what reaches the screen has
 * every offset once and in order.
 */
export class DeliveryMeter {
  /** @type {Record<Count, number>} */
  #counts = { sent: 0, acknowledged: 0, received: 0, recovered: 0, gaps: 0, duplicates: 0 };
  /** @type {Map<string, {epoch: string, offset: number}>} */
  #seen = new Map();
  #missing = 0;
  #repeated = 0;
  #painting = false;
  #events = byId('events', HTMLOListElement);

  /** @param {Parley} parley @param {import('../client/kept-queue.js').KeptQueue} kept */
  constructor(parley, kept) {
    parley.on('message', (message) => this.#received(message));
    parley.on('duplicate', () => this.#count('duplicates'));
    parley.on('recovered', ({ channel, count }) => this.#recovered(channel, count));
    parley.on('gap', ({ channel }) => this.#tell(t('meter.gap', { channel })));
    parley.on('reload', ({ channel, position }) => this.#reloaded(channel, position));
    parley.on('error', (error) => this.#failed(error));
    kept.on('error', (error) => this.#failed(error));
    parley.on('state', (change) => this.#stateChanged(change));
  }

  sent() {
    this.#count('sent');
  }

  acknowledged() {
    this.#count('acknowledged');
  }

  /** The history is on the screen, and what comes goes on from here. @param {string} channel @param {import('../client/types.js').Position | null} position */
  loaded(channel, position) {
    if (position && !this.#seen.has(channel)) this.#seen.set(channel, position);
    this.#paintSoon();
  }

  /** @param {DeliveredMessage} message */
  #received({ channel, epoch, offset, via }) {
    const last = this.#seen.get(channel);
    if (last && last.epoch === epoch) {
      if (offset <= last.offset) this.#repeated++;
      else this.#missing += offset - last.offset - 1;
    }
    this.#seen.set(channel, { epoch, offset });
    if (via !== 'history') this.#counts.received++;
    if (via === 'recovery') this.#counts.recovered++;
    this.#paintSoon();
  }

  /** @param {string} channel @param {number} count */
  #recovered(channel, count) {
    this.#count('gaps');
    this.#tell(t('meter.recovered', { channel, count }));
  }

  /** @param {string} channel @param {{epoch: string, offset: number}} position */
  #reloaded(channel, position) {
    this.#seen.set(channel, position);
    this.#tell(t('meter.reloaded', { channel }));
  }

  /** @param {Error} error */
  #failed({ message }) {
    this.#tell(t('meter.error', { message }));
  }

  /** @param {import('../client/connection.js').StateChange} change */
  #stateChanged({ state, transport, code, reason, retryInMs }) {
    if (state === 'connected') this.#tell(t('meter.connected', { transport: transportName(transport ?? 'auto') }));
    if (state === 'disconnected') this.#tell(t('meter.disconnected'));
    if (retryInMs !== undefined) this.#tell(t('meter.next', { what: ended(reason, code), seconds: (retryInMs / 1000).toFixed(1) }));
  }

  /** @param {Count} what */
  #count(what) {
    this.#counts[what]++;
    this.#paintSoon();
  }

  #paintSoon() {
    if (this.#painting) return;
    this.#painting = true;
    requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.#painting = false;
    for (const [what, count] of Object.entries(this.#counts)) {
      part(document, `[data-count=${what}]`).textContent = String(count);
    }
    if (this.#seen.size > 0) this.#judge();
  }

  #judge() {
    const verdict = byId('verdict', HTMLElement);
    const good = this.#missing + this.#repeated === 0;
    verdict.dataset.verdict = good ? 'good' : 'bad';
    part(verdict, 'span').textContent = good ? t('meter.complete') : t('meter.incomplete', { missing: this.#missing, repeated: this.#repeated });
  }

  /** @param {string} text */
  #tell(text) {
    const entry = document.createElement('li');
    const time = document.createElement('time');
    time.textContent = exactTime(new Date());
    entry.append(time, ` ${text}`);
    this.#events.prepend(entry);
    while (this.#events.children.length > EVENTS_KEPT) this.#events.lastElementChild?.remove();
  }
}

/** @param {string} [reason] @param {number} [code] */
function ended(reason, code) {
  return code === 1006 && !reason ? t('meter.lost') : t('meter.ended', { reason: reason || String(code) });
}
