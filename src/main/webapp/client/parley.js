import { Connection } from './connection.js';
import { Emitter } from './emitter.js';
import { ParleyError } from './errors.js';
import { Http, rootOf } from './http.js';
import { readHistory } from './http-commands.js';
import { platform as platformOf } from './platform.js';
import { PublishQueue } from './publish-queue.js';
import { Subscriptions } from './subscriptions.js';
import { Tokens } from './tokens.js';
import { TransportChooser, usableTransports } from './transports.js';

/**
 * @typedef {import('./types.js').Position} Position
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').TransportName} TransportName
 * @typedef {import('./subscription.js').Subscription} Subscription
 *
 * @typedef {object} ParleyOptions
 * @property {import('./tokens.js').GetToken} getToken gives a valid token; called again when a new one is needed
 * @property {TransportName[]} [transports] which may be used, the best first
 * @property {TransportName | 'auto'} [transport] the one to begin with
 * @property {number} [queueLimit] messages that may wait to be published
 * @property {{min?: number, max?: number, first?: number}} [backoff] waits between tries, ms
 * @property {boolean} [shared] one connection for all tabs of the same person
 * @property {Partial<import('./platform.js').Platform & import('./platform-extras.js').PlatformExtras>} [platform] what the surroundings lack
 *
 * @typedef {object} PublishOptions
 * @property {string} [event] what the message is about
 * @property {string} [key] idempotency key: the same key is stored once
 * @property {string} [replyTo] `messageId` of the message that this one answers
 * @property {string[]} [mentions] ids of the users whom it mentions
 * @property {boolean} [confirm] each recipient is asked to confirm it
 *
 * @typedef {object} ParleyEvents
 * @property {import('./connection.js').StateChange} state
 * @property {{transport: TransportName}} transport the one that is in use from now on
 * @property {import('./types.js').DeliveredMessage} message
 * @property {{channel: string, state: import('./types.js').SubscriptionState, reason?: string}} subscription
 * @property {{channel: string, count: number}} recovered
 * @property {{channel: string, position: Position}} reload
 * @property {Message} duplicate
 * @property {{channel: string, from: Position, to: Position}} gap
 * @property {import('./types.js').Push} push
 * @property {ParleyError} error
 */

/**
 * Messages in real time, whatever lies between here and the server.
 *
 * Guarantees, per channel: every message is delivered once and in order, over lost connections and changes of transport;
 * where messages are gone for good, `reload` says so. What is published is stored once, or its promise is rejected.
 * @extends {Emitter<ParleyEvents>}
 */
export class Parley extends Emitter {
  /** Is told what is published, and the promise of its answer. @internal @type {((publication: import('./types.js').Publication, answer: Promise<import('./types.js').Published>) => void) | undefined} */
  keeper;
  #queue;
  #subscriptions;
  #connection;
  /** @type {import('./types.js').ConnectedInfo | null} */
  #info = null;
  /** @type {TransportName | undefined} */
  #lastTransport;
  /** @type {{resolve: () => void, reject: (error: ParleyError) => void} | null} */
  #ready = null;

  /**
   * @param {string | URL} url the application's root, such as `https://host/parley/`; may be relative to the page
   * @param {ParleyOptions} options
   */
  constructor(url, { getToken, transports, transport = 'auto', queueLimit = 500, backoff, shared, platform: given }) {
    super();
    const platform = platformOf(given);
    const base = rootOf(url);
    const tokens = new Tokens(getToken);
    const http = new Http(base, tokens, platform);
    this.#queue = new PublishQueue(platform, queueLimit);
    this.#subscriptions = new Subscriptions(platform, (subscription) => this.#forward(subscription));
    const wanted = () => this.#subscriptions.wanted();
    /** What the parts have in common. @internal @type {import('./types.js').TransportContext} */
    this.context = { base, platform, http, tokens, wanted, shared };
    const chooser = new TransportChooser(transports ?? usableTransports(platform), platform.now);
    chooser.force(transport);
    this.#connection = new Connection(this.context, chooser, this.#listener(), backoff);
  }

  get state() {
    return this.#connection.state;
  }

  /** The transport in use, or being tried. */
  get transport() {
    return this.#connection.transport;
  }

  /** What the server said when the connection was made: `user`, `org`, `node` and more. */
  get info() {
    return this.#info;
  }

  /** How many published messages are not answered yet. */
  get pending() {
    return this.#queue.size;
  }

  /**
   * Connects, and stays connected until `close`.
   * @returns {Promise<void>} when the first connection is there; rejected when there will be none
   */
  connect() {
    if (this.state === 'connected') return Promise.resolve();
    const ready = new Promise((resolve, reject) => {
      this.#ready = { resolve: () => resolve(undefined), reject };
    });
    ready.catch(() => {});
    this.#connection.open();
    return ready;
  }

  /** Subscriptions keep their positions for a later `connect`; what is still to be published is given back as failed. */
  close() {
    this.#connection.close();
    this.#give(new ParleyError('closed', 'closed before the server answered', { retryable: true }));
  }

  /**
   * Goes over to another transport without losing anything.
   * @param {TransportName | 'auto'} name
   */
  useTransport(name) {
    this.#connection.use(name);
  }

  /**
   * @param {string} channel
   * @param {import('./subscription.js').SubscribeOptions} [options]
   * @returns {Subscription}
   */
  subscribe(channel, options = {}) {
    return this.#subscriptions.subscribe(channel, options);
  }

  /**
   * Publishes, as soon as there is a connection, and again over the next ones until the server has answered.
   * @param {string} channel
   * @param {any} data any JSON value
   * @param {PublishOptions} [options]
   * @returns {Promise<import('./types.js').Published>} rejected with a ParleyError
   */
  publish(channel, data, { key = this.platform.newKey(), ...options } = {}) {
    const publication = { ...options, channel, data, key };
    const answer = this.#queue.add(publication);
    this.keeper?.(publication, answer);
    return answer;
  }

  /**
   * @param {string} channel
   * @param {import('./types.js').HistoryQuery} [query]
   * @returns {Promise<import('./types.js').HistoryPage>}
   */
  history(channel, query = {}) {
    return readHistory(this.context.http, channel, query);
  }

  /** Clock, timers and what else comes from outside. @internal */
  get platform() {
    return this.context.platform;
  }

  /**
   * Calls the HTTP API as the caller.
   * @param {string} path below `/api/v1/`
   * @param {import('./http.js').HttpRequest} [request]
   * @returns {Promise<any>} the answer's body; rejected with a ParleyError
   */
  async call(path, request) {
    return (await this.context.http.call(path, request)).body;
  }

  /**
   * Gives a command to the transport.
   * @param {string} type
   * @param {object} fields
   * @returns {Promise<any> | null} the reply; null where there is no connection, or one that takes no commands
   */
  command(type, fields) {
    return this.#connection.connected?.command?.(type, fields) ?? null;
  }

  /** @returns {import('./connection.js').ConnectionListener} */
  #listener() {
    return {
      changed: (change) => this.emit('state', change),
      connected: (transport, info) => this.#connected(transport, info),
      lost: () => this.#lost(),
      progressed: (progress) => this.#subscriptions.progressed(progress),
      pushed: (push) => this.#subscriptions.pushed(push) || this.emit('push', push),
      refused: (channel, error) => this.#subscriptions.refused(channel, error),
      stopped: (error) => this.#stopped(error),
      failed: (error) => this.emit('error', error),
    };
  }

  /** @param {import('./types.js').Transport} transport @param {import('./types.js').ConnectedInfo} info */
  #connected(transport, info) {
    this.#info = { ...this.#info, ...info };
    this.#queue.maxPayload = info.maxPayload ?? this.#queue.maxPayload;
    this.#subscriptions.connected(transport);
    this.#queue.resume(transport);
    if (transport.name !== this.#lastTransport) this.emit('transport', { transport: transport.name });
    this.#lastTransport = transport.name;
    this.#ready?.resolve();
  }

  #lost() {
    this.#queue.pause();
    this.#subscriptions.lost();
  }

  /** @param {ParleyError} error */
  #stopped(error) {
    this.#ready?.reject(error);
    this.#give(new ParleyError('closed', error.message));
    this.emit('error', error);
  }

  /** @param {ParleyError} error */
  #give(error) {
    this.#queue.abandon(error);
    this.#ready?.reject(error);
  }

  /** What happens on a subscription happens here too, with the channel's name. @param {Subscription} subscription */
  #forward(subscription) {
    const { channel } = subscription;
    subscription.on('message', (message) => this.emit('message', message));
    subscription.on('duplicate', (message) => this.emit('duplicate', message));
    subscription.on('push', (push) => this.emit('push', push));
    subscription.on('error', (error) => this.emit('error', error));
    subscription.on('state', (change) => this.emit('subscription', { channel, ...change }));
    subscription.on('recovered', (detail) => this.emit('recovered', { channel, ...detail }));
    subscription.on('reload', (detail) => this.emit('reload', { channel, ...detail }));
    subscription.on('gap', (detail) => this.emit('gap', { channel, ...detail }));
  }
}

export { ParleyError };
