/** Who leads answers within this time. */
const ANSWER_MS = 300;

/**
 * An election without locks: who wants a leader stands, a leader that hears it says so, and of those that stand at the same time the
 * one with the lowest id wins.
 */
export class Vote {
  #me;
  #platform;
  #say;
  #outcome;
  /** @type {any} */
  #timer = null;
  #leading = false;

  /**
   * @param {string} me
   * @param {import('./platform.js').Platform} platform
   * @param {(kind: 'stand' | 'leader') => void} say to all others
   * @param {{won: () => void, lost: () => void}} outcome `lost`: another one leads, although this one did
   */
  constructor(me, platform, say, outcome) {
    this.#me = me;
    this.#platform = platform;
    this.#say = say;
    this.#outcome = outcome;
  }

  stand() {
    if (this.#leading || this.#timer !== null) return;
    this.#say('stand');
    this.#timer = this.#platform.setTimeout(() => this.#win(), ANSWER_MS);
  }

  /** @param {string} kind @param {string} from */
  hear(kind, from) {
    if (kind === 'stand') this.#rival(from);
    else if (kind === 'leader') this.#leader(from);
  }

  #win() {
    this.#timer = null;
    this.#leading = true;
    this.#outcome.won();
  }

  /** @param {string} from */
  #rival(from) {
    if (this.#leading) this.#say('leader');
    else if (this.#timer !== null && from < this.#me) this.#yield();
    else if (this.#timer !== null) this.#say('stand');
  }

  /** @param {string} from */
  #leader(from) {
    this.#yield();
    if (!this.#leading) return;
    this.#leading = from > this.#me;
    if (this.#leading) this.#say('leader');
    else this.#outcome.lost();
  }

  #yield() {
    this.#platform.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
