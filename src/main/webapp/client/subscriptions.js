import { ParleyError } from './errors.js';
import { Subscription } from './subscription.js';

/**
 * @typedef {import('./types.js').Transport} Transport
 * @typedef {import('./types.js').Push} Push
 * @typedef {import('./subscription.js').SubscribeOptions} SubscribeOptions
 */

/** Every channel that is wanted, and which of them hears what. */
export class Subscriptions {
  /** @type {Map<string, Subscription>} */
  #active = new Map();
  /** @type {Transport | null} */
  #transport = null;
  #created;

  /**
   * @param {import('./platform.js').Platform} platform
   * @param {(subscription: Subscription) => void} created
   */
  constructor(platform, created) {
    this.platform = platform;
    this.#created = created;
  }

  /**
   * @param {string} channel
   * @param {SubscribeOptions & {serverSide?: boolean}} options of an active one, only what is to be watched can be added to
   * @returns {Subscription}
   */
  subscribe(channel, options) {
    const active = this.#active.get(channel);
    if (active) {
      options.watching?.forEach((what) => active.watch(what));
      return active;
    }
    const subscription = new Subscription(channel, options, this);
    this.#created(subscription);
    subscription.subscribe();
    return subscription;
  }

  /** @returns {import('./types.js').Wanted[]} */
  wanted() {
    return [...this.#active.values()].map((subscription) => subscription.wanted());
  }

  /** @param {Subscription} subscription */
  reserve(subscription) {
    if (this.#active.has(subscription.channel)) throw new Error(`${subscription.channel} is subscribed by another one`);
    this.#active.set(subscription.channel, subscription);
  }

  /** @param {Subscription} subscription */
  started(subscription) {
    if (this.#transport) subscription.attach(this.#transport);
  }

  /** @param {Subscription} subscription @param {'application' | 'server'} by */
  stopped({ channel }, by) {
    this.#active.delete(channel);
    if (by === 'application') this.#transport?.leave(channel).catch(() => {});
  }

  /** @param {Transport} transport */
  connected(transport) {
    this.#transport = transport;
    for (const subscription of [...this.#active.values()]) subscription.attach(transport);
  }

  lost() {
    this.#transport = null;
    for (const subscription of [...this.#active.values()]) subscription.detach();
  }

  /** @param {import('./types.js').Progress} progress */
  progressed({ positions, recovered, following, serverSide }) {
    /** @type {Record<string, import('./types.js').Position>} */
    const heads = {};
    for (const channel of serverSide) {
      this.subscribe(channel, { serverSide: true });
      heads[channel] = { epoch: '', offset: 0 };
    }
    for (const [channel, head] of Object.entries({ ...heads, ...positions })) {
      this.#active.get(channel)?.progressed(head, { recovered: recovered?.[channel], following });
    }
  }

  /** @param {Push} push @returns {boolean} whether it belongs to a subscription */
  pushed(push) {
    const { type, channel } = push;
    if (!channel) return false;
    if (type === 'unsubscribed') this.refused(channel, new ParleyError('unsubscribed', push.reason));
    else if (type === 'subscribed') this.subscribe(channel, { serverSide: true }).progressed(positionOf(push), { following: false });
    else if (this.#active.has(channel)) this.#active.get(channel)?.pushed(push);
    else return type === 'message';
    return true;
  }

  /** @param {string} channel @param {ParleyError} error */
  refused(channel, error) {
    this.#active.get(channel)?.refused(error);
  }
}

/** @param {Push} push */
function positionOf({ epoch = '', offset = 0 }) {
  return { epoch, offset };
}
