/** A screen reader that is told more often never comes to an end. */
export const PAUSE_MS = 3_000;

/**
 * Tells a screen reader what is new, at most one sentence at a time: the message when there was one, the number when there were more.
 */
export class Announcer {
  #say;
  #sum;
  #clock;
  /** @type {string[]} */
  #waiting = [];
  #count = 0;
  #resting = false;

  /**
   * @param {(text: string) => void} say
   * @param {(count: number) => string} sum how many are put
   * @param {(act: () => void, ms: number) => any} [clock]
   */
  constructor(say, sum, clock = (act, ms) => setTimeout(act, ms)) {
    this.#say = say;
    this.#sum = sum;
    this.#clock = clock;
  }

  /** @param {string} text */
  tell(text) {
    this.#count++;
    this.#waiting = [text];
    if (!this.#resting) this.#speak();
  }

  #speak() {
    this.#resting = this.#count > 0;
    if (!this.#resting) return;
    this.#say(this.#count === 1 ? this.#waiting[0] : this.#sum(this.#count));
    this.#count = 0;
    this.#clock(() => this.#speak(), PAUSE_MS);
  }
}
