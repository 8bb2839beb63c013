import { byId, h } from './dom.js';
import { explain } from './format.js';
import { t } from './settings.js';
import { nameOf } from './topics.js';

/** @typedef {import('../client/parley.js').Parley} Parley */

const STEP_MS = 1_000;
/** Whoever forgets that it is going on has not filled a topic for ever. */
const MOST_STEPS = 300;

/** Who may publish can send a value from here, or let values come for a while, to see the page at work. */
export class ValueSender {
  #topic = byId('send-topic', HTMLSelectElement);
  #value = byId('send-value', HTMLInputElement);
  #going = byId('send-going', HTMLButtonElement);
  #parley;
  /** @type {object | null} values come by themselves, as long as it is the same */
  #turn = null;
  /** @type {Map<string, number>} */
  #last = new Map();

  /** @param {Parley} parley */
  constructor(parley) {
    this.#parley = parley;
    const form = byId('send-form', HTMLFormElement);
    form.hidden = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send(this.#topic.value, this.#value.valueAsNumber);
    });
    this.#going.addEventListener('click', () => (this.#turn ? this.#stop() : this.#go()));
  }

  /** @param {string[]} channels those that one can send to */
  offer(channels) {
    const chosen = this.#topic.value;
    this.#topic.replaceChildren(...channels.map((value) => h('option', { value, selected: value === chosen }, nameOf(value))));
    if (channels.length === 0) this.#stop();
  }

  /** @param {string} channel @param {number} value @returns {Promise<boolean>} */
  async #send(channel, value) {
    const outcome = byId('send-outcome', HTMLElement);
    this.#last.set(channel, value);
    try {
      await this.#parley.publish(channel, { value });
      outcome.textContent = t('dash.sent', { name: nameOf(channel) });
      return true;
    } catch (error) {
      outcome.textContent = t('chat.failed', { why: explain(/** @type {any} */ (error)) });
      return false;
    }
  }

  #go() {
    this.#going.setAttribute('aria-pressed', 'true');
    this.#going.textContent = t('dash.sendStop');
    this.#turn = {};
    this.#step(this.#turn, 1);
  }

  #stop() {
    this.#turn = null;
    this.#going.setAttribute('aria-pressed', 'false');
    this.#going.textContent = t('dash.sendGoing');
  }

  /** To each topic one, and the next ones when these are there: without a connection nothing piles up. @param {object} turn @param {number} number */
  async #step(turn, number) {
    const channels = [...this.#topic.options].map(({ value }) => value);
    const sent = await Promise.all(channels.map((channel) => this.#send(channel, this.#next(channel))));
    if (this.#turn !== turn) return;
    if (sent.includes(false) || number >= MOST_STEPS) this.#stop();
    else setTimeout(() => this.#turn === turn && this.#step(turn, number + 1), STEP_MS);
  }

  /** Near the last one. @param {string} channel */
  #next(channel) {
    const last = this.#last.get(channel) ?? 50;
    return Math.max(0, Math.round((last + (Math.random() - 0.48) * 10) * 10) / 10);
  }
}
