/** So many are in the page at once, however many there are. */
export const SIZE = 300;
/** By so many it is moved. */
export const STEP = 100;

/**
 * Which part of a long list is in the page: the end, as long as one follows it, otherwise what one has scrolled to. The place
 * is held by an id, so that what is loaded before it moves nothing.
 */
export class ListWindow {
  /** @type {string | null} null: it follows the end */
  #first = null;

  get following() {
    return this.#first === null;
  }

  /** @param {readonly string[]} ids of the whole list @returns {{from: number, to: number}} */
  range(ids) {
    const last = Math.max(0, ids.length - SIZE);
    const from = this.#first === null ? last : Math.max(0, ids.indexOf(this.#first));
    return { from, to: Math.min(ids.length, from + SIZE) };
  }

  /** From now on what is new at the end does not move it. @param {readonly string[]} ids */
  hold(ids) {
    this.#first ??= ids[this.range(ids).from] ?? null;
  }

  follow() {
    this.#first = null;
  }

  /** Towards the beginning or the end. @param {readonly string[]} ids @param {1 | -1} direction @returns {boolean} whether there was something to move to */
  move(ids, direction) {
    const { from } = this.range(ids);
    return this.#begin(ids, from + direction * STEP);
  }

  /** Brings one into the middle. @param {readonly string[]} ids @param {string} id @returns {boolean} whether it is there at all */
  reveal(ids, id) {
    const index = ids.indexOf(id);
    if (index >= 0) this.#begin(ids, index - SIZE / 2);
    return index >= 0;
  }

  /** @param {readonly string[]} ids @param {number} wanted */
  #begin(ids, wanted) {
    const before = this.range(ids).from;
    const from = Math.min(Math.max(0, wanted), Math.max(0, ids.length - SIZE));
    this.#first = ids[from] ?? null;
    return from !== before;
  }
}
