import { Hub } from './shared-hub.js';
import { Line } from './shared-line.js';
import { Vote } from './shared-vote.js';

/**
 * @typedef {import('./shared-line.js').Word} Word
 * @typedef {import('./platform.js').Platform & import('./platform-extras.js').PlatformExtras} Surroundings
 *
 * What the tabs tell each other: who leads (`who`, `leader`, `gone`), who would (`stand`), and what a line carries (`data`).
 * @typedef {{kind: 'who' | 'leader' | 'gone' | 'stand' | 'data', from: string, to?: string, word?: Word}} Call
 */

/** Longer than this nobody waits to hear of a leader. */
const FIND_MS = 2_000;

/**
 * Where there is no shared worker, one of the tabs has the hub. With Web Locks that is the one that holds the lock, and the browser
 * hands it on when that tab ends; without them the tabs agree among themselves.
 *
 * Two leaders at a time, as there may be for a moment without locks, are two connections and nothing worse: each tab knows where it
 * stands.
 */
export class Election {
  #channel;
  #platform;
  #hello;
  #me;
  /** @type {Hub | null} there is one while this tab leads */
  #hub = null;
  /** Those whom this tab leads. @type {Map<string, ReturnType<Hub['attach']>>} */
  #led = new Map();
  #leader = '';
  /** @type {Line | null} to the leader */
  #line = null;
  /** @type {Array<() => void>} */
  #finding = [];
  /** @type {Vote | null} */
  #vote = null;

  /** @param {string} scope @param {Word} hello @param {Surroundings} platform */
  constructor(scope, hello, platform) {
    this.#platform = platform;
    this.#hello = hello;
    this.#me = hello.tab;
    const Channel = /** @type {new (name: string) => import('./platform-extras.js').Broadcast} */ (platform.BroadcastChannel);
    this.#channel = new Channel(scope);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    platform.onHide(() => this.#leave());
    const forever = () => new Promise(() => this.#lead());
    if (platform.locks) platform.locks.request(`${scope} leader`, forever).catch(() => {});
    else this.#vote = new Vote(this.#me, platform, (kind) => this.#call({ kind }), { won: () => this.#lead(), lost: () => this.#resign() });
  }

  /** @returns {Promise<Line | null>} to a leader that answers; null when there is none */
  async line() {
    for (let attempt = 1; attempt <= 2; attempt++) {
      if (!this.#line) await this.#find();
      const line = this.#line;
      if (line && (await line.alive()) && line === this.#line) return line;
      if (line && line === this.#line) this.#lose();
    }
    return null;
  }

  /** @returns {Promise<void>} when a leader is known, or after a time */
  #find() {
    const found = new Promise((resolve) => {
      const timer = this.#platform.setTimeout(() => resolve(undefined), FIND_MS);
      this.#finding.push(() => {
        this.#platform.clearTimeout(timer);
        resolve(undefined);
      });
    });
    if (this.#vote) this.#vote.stand();
    else this.#call({ kind: 'who' });
    return /** @type {Promise<void>} */ (found);
  }

  #lead() {
    const hub = new Hub(this.#platform);
    const later = (/** @type {() => void} */ act) => queueMicrotask(act);
    /** @type {Line} */
    const line = new Line((word) => later(() => tab.hear(word)), { ...this.#hello, held: true }, this.#platform);
    const tab = hub.attach((word) => later(() => line.hear(word)));
    this.#hub = hub;
    this.#follow(this.#me, line);
    this.#call({ kind: 'leader' });
  }

  /** Another one leads. */
  #resign() {
    this.#hub?.close();
    this.#hub = null;
    this.#led.clear();
    this.#lose();
  }

  /** @param {string} leader @param {Line} line */
  #follow(leader, line) {
    this.#lose();
    this.#leader = leader;
    this.#line = line;
    for (const found of this.#finding.splice(0)) found();
  }

  #lose() {
    const line = this.#line;
    this.#line = null;
    this.#leader = '';
    line?.break();
  }

  /** @param {Call} call */
  #hear({ kind, from, to, word }) {
    if (to !== undefined && to !== this.#me) return;
    if (kind === 'data' && word) this.#carried(from, word);
    else if (kind === 'who') this.#hub && this.#call({ kind: 'leader' });
    else if (kind === 'gone' && from === this.#leader) this.#lose();
    this.#vote?.hear(kind, from);
    if (kind === 'leader' && from !== this.#leader && !this.#hub) this.#follow(from, this.#lineTo(from));
  }

  /** @param {string} leader */
  #lineTo(leader) {
    return new Line((word) => this.#call({ kind: 'data', to: leader, word }), this.#hello, this.#platform);
  }

  /** @param {string} from @param {Word} word */
  #carried(from, word) {
    if (this.#hub) this.#tab(this.#hub, from).hear(word);
    else if (from === this.#leader) this.#line?.hear(word);
  }

  /** @param {Hub} hub @param {string} from */
  #tab(hub, from) {
    const known = this.#led.get(from);
    if (known) return known;
    const tab = hub.attach((word) => this.#call({ kind: 'data', to: from, word }), () => this.#led.delete(from));
    this.#led.set(from, tab);
    return tab;
  }

  #leave() {
    if (this.#hub) this.#call({ kind: 'gone' });
    else this.#line?.say({ type: 'bye' });
  }

  /** @param {Omit<Call, 'from'>} call */
  #call(call) {
    this.#channel.postMessage({ ...call, from: this.#me });
  }
}
