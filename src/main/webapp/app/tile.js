import { Chart } from './chart.js';
import { clone, h, icon, part } from './dom.js';
import { exactTime, explain, numberText, signedText } from './format.js';
import { Series } from './series.js';
import { t } from './settings.js';
import { nameOf } from './topics.js';

/**
 * @typedef {import('../client/parley.js').Parley} Parley
 * @typedef {import('../client/errors.js').ParleyError} ParleyError
 */

/** The server gives so many with a subscription, and in a page of the history. */
const READ = 100;
/** The table has the newest; all of them would be read out for minutes. */
const ROWS = 20;

/**
 * One topic on the dashboard: its last value, its chart, and the same as a table. Whether it may be read the server decides; what
 * it says is on the tile.
 */
export class Tile {
  element = clone('tile-template');
  #series = new Series();
  #chart = new Chart(part(this.element, '.chart'));
  #table = /** @type {HTMLDetailsElement} */ (part(this.element, '.tile-table'));
  #painting = false;
  #closed = false;
  #problem = '';
  #parley;
  #subscription;

  /** @param {Parley} parley @param {string} channel @param {() => void} onRemove */
  constructor(parley, channel, onRemove) {
    this.#parley = parley;
    this.channel = channel;
    this.name = nameOf(channel);
    this.#subscription = parley.subscribe(channel, { history: READ });
    this.#face(onRemove);
    this.#listen();
    this.#paint();
  }

  /** Leaves the topic. */
  close() {
    this.#closed = true;
    this.#subscription.unsubscribe();
    this.#chart.close();
    this.element.remove();
  }

  /** @param {() => void} onRemove */
  #face(onRemove) {
    const id = `tile-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    const remove = part(this.element, '.tile-remove');
    const label = t('dash.remove', { name: this.name });
    Object.assign(part(this.element, 'h2'), { id, textContent: this.name });
    this.element.setAttribute('aria-labelledby', id);
    this.element.dataset.channel = this.channel;
    remove.append(icon('close'));
    Object.assign(remove, { title: label, ariaLabel: label, onclick: onRemove });
    part(this.element, 'caption').textContent = t('dash.lastOf', { name: this.name });
    part(this.element, '.tile-again').onclick = () => this.#again();
    this.#table.addEventListener('toggle', () => this.#rows());
  }

  #listen() {
    const subscription = this.#subscription;
    subscription.on('message', (message) => this.#series.add(message) && this.#paintSoon());
    subscription.on('reload', () => this.#reload());
    subscription.on('error', (error) => this.#fails(error));
    subscription.on('state', () => this.#paintSoon());
  }

  /** Values are missing for good: what the server still has is read anew. */
  async #reload() {
    try {
      const { messages } = await this.#parley.history(this.channel, { limit: READ });
      this.#series.replace(messages);
      this.#paintSoon();
    } catch (error) {
      this.#fails(/** @type {ParleyError} */ (error));
    }
  }

  #again() {
    this.#problem = '';
    this.#subscription.subscribe();
    this.#paintSoon();
  }

  /** @param {ParleyError} error */
  #fails(error) {
    this.#problem = explain(error, 'dash.error');
    this.#paintSoon();
  }

  #paintSoon() {
    if (this.#painting) return;
    this.#painting = true;
    requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.#painting = false;
    if (this.#closed) return;
    const { last, change, strange } = this.#series;
    const { state } = this.#subscription;
    if (state === 'subscribed') this.#problem = '';
    part(this.element, '.tile-value').textContent = last ? numberText(last.value) : '–';
    part(this.element, '.tile-change').textContent = change ? signedText(change) : '';
    part(this.element, '.tile-when').textContent = last ? t('dash.asOf', { time: exactTime(new Date(last.at)) }) : this.#nothing();
    part(this.element, '.tile-problem').textContent = this.#problem || (strange > 0 ? t('dash.strange', { count: strange }) : '');
    part(this.element, '.tile-again').hidden = state !== 'unsubscribed';
    this.element.setAttribute('aria-busy', String(state === 'subscribing' && !last));
    this.#chart.paint(this.#series.points, this.#words());
    this.#table.hidden = !last;
    this.#rows();
  }

  #nothing() {
    const key = { subscribed: 'dash.empty', subscribing: 'dash.joining', unsubscribed: '' }[this.#subscription.state];
    return key && t(key);
  }

  /** The chart in words. */
  #words() {
    const { points, extent, last } = this.#series;
    if (!extent || !last) return t('dash.empty');
    const [least, most, value] = [extent.least, extent.most, last.value].map(numberText);
    return t('dash.chart', { name: this.name, count: points.length, least, most, value });
  }

  #rows() {
    if (!this.#table.open) return;
    const newest = this.#series.points.slice(-ROWS).reverse();
    const rows = newest.map(({ at, value }) => h('tr', {}, h('td', {}, h('time', { datetime: new Date(at).toISOString() }, exactTime(new Date(at)))), h('td', {}, numberText(value))));
    part(this.element, 'tbody').replaceChildren(...rows);
  }
}
