import { Backoff } from './backoff.js';
import { ParleyError } from './errors.js';

/**
 * @typedef {import('./types.js').Publication} Publication
 * @typedef {import('./types.js').Published} Published
 * @typedef {import('./types.js').Transport} Transport
 * @typedef {{publication: Publication, resolve: (answer: Published) => void, reject: (error: ParleyError) => void}} Entry
 * @typedef {{channel: string, entries: Entry[], busy: boolean, backoff: Backoff}} Lane
 */

/**
 * Messages on their way out. Each is sent under its key until the server has answered, over whatever transport there is
 * by then: the key lets the server recognise what it has stored already, so nothing is lost and nothing is doubled.
 *
 * A channel has one message under way at a time. That keeps its order even when one has to be sent again.
 */
export class PublishQueue {
  /** @type {Map<string, Lane>} */
  #lanes = new Map();
  /** @type {Transport | null} */
  #transport = null;
  #platform;
  #limit;
  #size = 0;

  /**
   * @param {import('./platform.js').Platform} platform
   * @param {number} limit more than this are not taken on
   */
  constructor(platform, limit) {
    this.#platform = platform;
    this.#limit = limit;
    /** Bytes of a message's data that the server takes. */
    this.maxPayload = 102_400;
  }

  /** How many are not answered yet. */
  get size() {
    return this.#size;
  }

  /**
   * @param {Publication} publication
   * @returns {Promise<Published>}
   */
  async add({ data, ...publication }) {
    const json = JSON.stringify(data ?? null);
    const bytes = new TextEncoder().encode(json).length;
    if (bytes > this.maxPayload) throw new ParleyError('too_large', `${bytes} bytes, at most ${this.maxPayload}`);
    if (this.#size >= this.#limit) throw new ParleyError('queue_full', `${this.#limit} messages are waiting already`);
    this.#size++;
    return new Promise((resolve, reject) => {
      const lane = this.#lane(publication.channel);
      lane.entries.push({ publication: { ...publication, data: JSON.parse(json) }, resolve, reject });
      this.#work(lane);
    });
  }

  /** @param {Transport} transport */
  resume(transport) {
    this.#transport = transport;
    for (const lane of this.#lanes.values()) this.#work(lane);
  }

  pause() {
    this.#transport = null;
  }

  /** Nobody will send them any more. @param {ParleyError} error */
  abandon(error) {
    const lanes = [...this.#lanes.values()];
    this.#lanes.clear();
    this.#size = 0;
    for (const entry of lanes.flatMap((lane) => lane.entries.splice(0))) entry.reject(error);
  }

  /** @param {string} channel */
  #lane(channel) {
    const lane = this.#lanes.get(channel) ?? {
      channel,
      entries: [],
      busy: false,
      backoff: new Backoff({ random: this.#platform.random, first: 1_000 }),
    };
    this.#lanes.set(channel, lane);
    return lane;
  }

  /** @param {Lane} lane */
  async #work(lane) {
    if (lane.busy) return;
    lane.busy = true;
    while (this.#transport && lane.entries.length > 0) await this.#send(lane, this.#transport);
    lane.busy = false;
    const done = lane.entries.length === 0 && this.#lanes.get(lane.channel) === lane;
    if (done) this.#lanes.delete(lane.channel);
  }

  /** @param {Lane} lane @param {Transport} transport */
  async #send(lane, transport) {
    const entry = lane.entries[0];
    try {
      const answer = await transport.publish(entry.publication);
      this.#settle(lane, entry, () => entry.resolve(answer));
    } catch (thrown) {
      const error = ParleyError.from(thrown);
      if (error.retryable) await this.#pause(lane, error);
      else this.#settle(lane, entry, () => entry.reject(error));
    }
  }

  /** @param {Lane} lane @param {Entry} entry @param {() => void} tell */
  #settle(lane, entry, tell) {
    if (lane.entries[0] !== entry) return;
    lane.entries.shift();
    lane.backoff.reset();
    this.#size--;
    tell();
  }

  /** A lost connection needs no wait of its own: there is none until the next one. @param {Lane} lane @param {ParleyError} error */
  async #pause(lane, error) {
    if (error.code === 'connection_lost') return;
    const ms = error.retryAfterMs ?? lane.backoff.next();
    await new Promise((resolve) => this.#platform.setTimeout(() => resolve(undefined), ms));
  }
}
