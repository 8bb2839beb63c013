import { ChannelSync } from './channel-sync.js';
import { Emitter } from './emitter.js';

/**
 * @typedef {import('./types.js').Position} Position
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').SubscriptionState} SubscriptionState
 * @typedef {import('./types.js').Transport} Transport
 * @typedef {import('./types.js').Watch} Watch
 * @typedef {import('./errors.js').ParleyError} ParleyError
 *
 * @typedef {object} SubscriptionEvents
 * @property {{state: SubscriptionState, reason?: string}} state
 * @property {import('./types.js').DeliveredMessage} message in order, each once
 * @property {{count: number}} recovered a gap was closed, with so many messages
 * @property {{position: Position}} reload messages are missing for good: load your state again; it goes on from here
 * @property {Message} duplicate a message came again and was dropped
 * @property {{from: Position, to: Position}} gap messages are missing and are being fetched
 * @property {import('./types.js').Push} push anything else about this channel: presence, typing, receipts
 * @property {ParleyError} error
 *
 * @typedef {object} SubscribeOptions
 * @property {Position} [recover] go on from here, as kept from an earlier session
 * @property {number} [history] deliver so many earlier messages first
 * @property {Watch[]} [watching] what else is wanted: `presence.js` and `typing.js` see to it
 *
 * @typedef {object} SubscriptionOwner
 * @property {import('./platform.js').Platform} platform
 * @property {(subscription: Subscription) => void} reserve there is one for a channel at a time
 * @property {(subscription: Subscription) => void} started
 * @property {(subscription: Subscription, by: 'application' | 'server') => void} stopped
 */

/**
 * One channel, for as long as the application wants it: over lost connections and changes of transport it keeps its
 * position and goes on from there.
 * @extends {Emitter<SubscriptionEvents>}
 */
export class Subscription extends Emitter {
  /** @type {SubscriptionState} */
  #state = 'unsubscribed';
  #owner;
  #sync;
  /** @type {Set<Watch>} */
  #watching;

  /**
   * @param {string} channel
   * @param {SubscribeOptions & {serverSide?: boolean}} options
   * @param {SubscriptionOwner} owner
   */
  constructor(channel, options, owner) {
    super();
    this.channel = channel;
    /** The server subscribes it on every connection, by itself. */
    this.serverSide = options.serverSide ?? false;
    this.#owner = owner;
    this.#watching = new Set(options.watching);
    this.#sync = new ChannelSync(channel, { ...options, watching: this.#watching }, owner.platform, {
      subscribed: () => this.#become('subscribed'),
      message: (message, via) => this.#state !== 'unsubscribed' && this.emit('message', { ...message, via }),
      recovered: (count) => this.emit('recovered', { count }),
      reload: (position) => this.emit('reload', { position }),
      duplicate: (message) => this.emit('duplicate', message),
      gap: (from, { epoch, offset }) => this.emit('gap', { from, to: { epoch, offset } }),
      refused: (error) => this.refused(error),
    });
  }

  get state() {
    return this.#state;
  }

  /** How far it has got; worth keeping, as `recover` of a later session. */
  get position() {
    return this.#sync.position;
  }

  /** Does nothing when it is subscribed already. */
  subscribe() {
    if (this.#state !== 'unsubscribed') return;
    this.#owner.reserve(this);
    this.#become('subscribing');
    this.#owner.started(this);
  }

  unsubscribe() {
    if (this.#state === 'unsubscribed') return;
    this.#stop('unsubscribed by the application');
    this.#owner.stopped(this, 'application');
  }

  /** From now on this is told too, as pushes. @param {Watch} what */
  watch(what) {
    if (this.#watching.has(what)) return;
    this.#watching.add(what);
    this.#sync.watch(what);
  }

  /** @internal @returns {import('./types.js').Wanted} */
  wanted() {
    const { channel, serverSide, position } = this;
    return { channel, serverSide, position, history: this.#sync.history, watching: [...this.#watching] };
  }

  /** @internal @param {Transport} transport */
  attach(transport) {
    const known = this.serverSide || this.position;
    if (known && transport.carries(this.channel, [...this.#watching])) this.#sync.follow(transport);
    else this.#sync.join(transport);
  }

  /** @internal */
  detach() {
    this.#sync.suspend();
    this.#become('subscribing');
  }

  /** @internal @param {import('./types.js').Push} push */
  pushed(push) {
    if (push.type === 'message') this.#sync.pushed(/** @type {any} */ (push));
    else this.emit('push', push);
  }

  /** @internal @param {Position} head @param {{recovered?: boolean, following: boolean}} how */
  progressed(head, how) {
    this.#sync.progressed(head, how);
  }

  /** The server does not let us, or no longer. @internal @param {ParleyError} error */
  refused(error) {
    if (this.#state === 'unsubscribed') return;
    this.#stop(error.message);
    this.#owner.stopped(this, 'server');
    this.emit('error', error);
  }

  /** @param {string} reason */
  #stop(reason) {
    this.#sync.suspend();
    this.#become('unsubscribed', reason);
  }

  /** @param {SubscriptionState} state @param {string} [reason] */
  #become(state, reason) {
    if (state === this.#state) return;
    this.#state = state;
    this.emit('state', { state, reason });
  }
}
