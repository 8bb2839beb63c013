import { kindOf } from '../client/entries.js';

/**
 * @typedef {import('../client/types.js').Message} Message
 * @typedef {{at: number, value: number, id: string}} Point `at` in milliseconds
 */

/** So many values of one topic are kept and drawn; the history has the others. */
export const KEPT = 300;

/** The number in what an application has published: `17`, or `{"value": 17}`. Null: there is none. @param {any} data @returns {number | null} */
export function numberIn(data) {
  const found = data !== null && typeof data === 'object' ? data.value : data;
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

/** The last values of one topic, each once, in the order of the log. What is not a number is counted and left out. */
export class Series {
  /** @type {Point[]} */
  points = [];
  /** So many messages were not numbers, since the last that was one. */
  strange = 0;

  /** What comes goes behind what is there. @param {Message} message @returns {boolean} whether something has changed */
  add(message) {
    if (kindOf(message) !== 'message') return false;
    const value = numberIn(message.data);
    if (value === null) {
      this.strange++;
      return true;
    }
    this.strange = 0;
    // The clocks of two nodes may differ: a chart goes forward nevertheless.
    const at = Math.max(Date.parse(message.time), this.points.at(-1)?.at ?? 0);
    this.points.push({ at, value, id: message.messageId });
    if (this.points.length > KEPT) this.points.shift();
    return true;
  }

  /** Begins anew from what was read, in any order; what has come live meanwhile stays behind it. @param {Message[]} messages */
  replace(messages) {
    const live = this.points;
    const read = new Set(messages.map(({ messageId }) => messageId));
    this.points = [];
    for (const message of [...messages].sort((a, b) => a.offset - b.offset)) this.add(message);
    const last = this.points.at(-1)?.at ?? 0;
    this.points = [...this.points, ...live.filter(({ id, at }) => !read.has(id) && at >= last)].slice(-KEPT);
  }

  get last() {
    return this.points.at(-1) ?? null;
  }

  /** How much the last value differs from the one before; null when there is none before. */
  get change() {
    const [before, last] = this.points.slice(-2);
    return last ? last.value - before.value : null;
  }

  /** @returns {{least: number, most: number} | null} */
  get extent() {
    const values = this.points.map(({ value }) => value);
    return values.length > 0 ? { least: Math.min(...values), most: Math.max(...values) } : null;
  }
}
