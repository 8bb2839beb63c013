import { Notifications } from './notifications.js';
import { Polling } from './polling.js';
import { presenceIn } from './presence.js';
import { Timeline } from './timeline.js';

/**
 * @typedef {import('./parley.js').Parley} Parley
 * @typedef {import('./parley.js').ParleyError} ParleyError
 * @typedef {import('./subscription.js').Subscription} Subscription
 *
 * What is needed of React: the application gives its own, whatever the version.
 * @typedef {object} ReactHooks
 * @property {<T>(initial: T) => [T, (value: T) => void]} useState
 * @property {(effect: () => (() => void), deps: unknown[]) => void} useEffect
 *
 * @typedef {object} ChannelView
 * @property {import('./types.js').Message[]} messages in order, each in its present form
 * @property {import('./types.js').SubscriptionState} state
 * @property {boolean} more whether there are earlier ones
 * @property {() => Promise<void>} earlier reads them
 * @property {(data: any, options?: import('./parley.js').PublishOptions) => Promise<import('./types.js').Published>} publish
 * @property {ParleyError} [error] why it cannot be read
 *
 * @typedef {{people: import('./presence.js').Person[], current: boolean}} PresenceView
 *
 * @typedef {object} NotificationsView
 * @property {import('./notification-list.js').Notification[]} list newest first
 * @property {number} unread
 * @property {boolean} loaded
 * @property {Notifications | null} inbox for `markRead`, `readAll`, `remove`, `clear` and `older`
 */

/** A channel that no component shows any more stays for a moment: a page that changes may show it again. */
const LINGER_MS = 1_000;

/** How many components show a channel. @type {WeakMap<Subscription, number>} */
const shown = new WeakMap();

/** Subscribes for as long as anybody shows it. @param {Parley} parley @param {string} channel */
function hold(parley, channel) {
  const subscription = parley.subscribe(channel);
  shown.set(subscription, (shown.get(subscription) ?? 0) + 1);
  const letGo = () => !shown.get(subscription) && !subscription.serverSide && subscription.unsubscribe();
  const release = () => {
    shown.set(subscription, (shown.get(subscription) ?? 1) - 1);
    parley.platform.setTimeout(letGo, LINGER_MS);
  };
  return { subscription, release };
}

/**
 * Hooks for React, made of the application's own React: `const { useChannel } = parleyHooks(React)`.
 * A channel is subscribed while a component shows it, and left when none has for a second.
 * @param {ReactHooks} React
 */
export function parleyHooks({ useEffect, useState }) {
  /**
   * Shows `initial` until `open` shows something else, and begins anew when `deps` change.
   * @template T
   * @param {T} initial
   * @param {(show: (value: T) => void) => Array<() => void>} open gives what is to be called at the end
   * @param {unknown[]} deps
   * @returns {T}
   */
  function useLive(initial, open, deps) {
    const [value, show] = useState(initial);
    useEffect(() => {
      show(initial);
      const stops = open(show);
      return () => stops.forEach((stop) => stop());
    }, deps);
    return value;
  }

  /** State and transport of the connection, and why there is none. @param {Parley} parley @returns {import('./connection.js').StateChange} */
  function useConnection(parley) {
    /** @type {import('./connection.js').StateChange} */
    const now = { state: parley.state, transport: parley.transport };
    return useLive(now, (show) => [parley.on('state', show)], [parley]);
  }

  /** A channel's messages, with the newest page of its history. @param {Parley} parley @param {string} channel @returns {ChannelView} */
  function useChannel(parley, channel) {
    /** @type {ChannelView} */
    const initial = {
      messages: [],
      state: 'unsubscribed',
      more: false,
      earlier: async () => {},
      publish: (data, options) => parley.publish(channel, data, options),
    };
    return useLive(initial, (show) => showChannel(parley, channel, initial, show), [parley, channel]);
  }

  /** Who is in a channel. @param {Parley} parley @param {string} channel @returns {PresenceView} */
  function usePresence(parley, channel) {
    /** @type {PresenceView} */
    const initial = { people: [], current: false };
    return useLive(initial, (show) => showPresence(parley, channel, show), [parley, channel]);
  }

  /** The caller's inbox. @param {Parley} parley @returns {NotificationsView} */
  function useNotifications(parley) {
    /** @type {NotificationsView} */
    const initial = { list: [], unread: 0, loaded: false, inbox: null };
    return useLive(initial, (show) => showNotifications(parley, show), [parley]);
  }

  /**
   * What is asked for again and again.
   * @template T
   * @param {() => Promise<T>} ask
   * @param {import('./polling.js').PollingOptions & {key?: unknown}} [options] with another `key` it begins anew
   * @returns {{value?: T, error?: ParleyError}}
   */
  function usePolling(ask, { key, ...options } = {}) {
    /** @type {{value?: T, error?: ParleyError}} */
    const initial = {};
    return useLive(initial, (show) => showPolling(ask, options, show), [key]);
  }

  return { useConnection, useChannel, usePresence, useNotifications, usePolling };
}

/** @param {Parley} parley @param {string} channel @param {ChannelView} initial @param {(view: ChannelView) => void} show */
function showChannel(parley, channel, initial, show) {
  const { subscription, release } = hold(parley, channel);
  const timeline = new Timeline(parley, channel);
  const earlier = () => timeline.earlier();
  /** @type {ParleyError | undefined} */
  let error;
  const update = () => show({ ...initial, messages: timeline.messages, more: timeline.more, earlier, state: subscription.state, error });
  /** @param {ParleyError} thrown */
  const failed = (thrown) => {
    error = thrown;
    update();
  };
  const stops = [timeline.on('change', update), timeline.on('error', failed), subscription.on('state', update), subscription.on('error', failed)];
  timeline.begin().catch(failed);
  update();
  return [...stops, () => timeline.close(), release];
}

/** @param {Parley} parley @param {string} channel @param {(view: PresenceView) => void} show */
function showPresence(parley, channel, show) {
  const { release } = hold(parley, channel);
  const presence = presenceIn(parley, channel);
  const update = () => show({ people: presence.people, current: presence.current });
  update();
  return [presence.on('change', update), release];
}

/** @param {Parley} parley @param {(view: NotificationsView) => void} show */
function showNotifications(parley, show) {
  const inbox = new Notifications(parley);
  const update = () => show({ list: inbox.list, unread: inbox.unread, loaded: inbox.loaded, inbox });
  return [inbox.on('change', update), () => inbox.close()];
}

/**
 * @template T
 * @param {() => Promise<T>} ask
 * @param {import('./polling.js').PollingOptions} options
 * @param {(view: {value?: T, error?: ParleyError}) => void} show
 */
function showPolling(ask, options, show) {
  const polling = /** @type {Polling<T>} */ (new Polling(ask, options));
  /** @type {T | undefined} */
  let value;
  const stops = [
    polling.on('value', (answer) => show({ value: (value = answer) })),
    polling.on('error', (error) => show({ value, error })),
  ];
  polling.start();
  return [...stops, () => polling.stop()];
}
