import { sameEpoch } from './positions.js';

/**
 * @typedef {import('./types.js').Position} Position
 * @typedef {import('./types.js').JoinReply} JoinReply
 * @typedef {import('./types.js').Push} Push
 * @typedef {import('./shared-hub.js').HubLink} HubLink
 *
 * @typedef {object} Joining a channel that is being joined, which interrupts what is pushed of it
 * @property {Set<HubLink>} links that wait for their reply, and sort out by themselves what is pushed meanwhile
 * @property {Push[]} held what is pushed meanwhile, for the other links
 */

/** More than this is not held: the links notice the gap and fetch what is missing. */
const HELD_LIMIT = 1_000;

/**
 * Which links have which channels, and how far what they were told has got.
 *
 * A link that joins a channel which others have already makes the server stop pushing it, bring what the link lacks in a reply, and
 * go on behind that. What is in the reply and was not pushed is therefore told to the others, before what comes behind it.
 */
export class SharedChannels {
  #links;
  /** @type {Set<string>} */
  #serverSide = new Set();
  /** How far all links were told. @type {Map<string, Position>} */
  #heads = new Map();
  /** @type {Map<string, Joining>} */
  #joining = new Map();

  /** @param {ReadonlySet<HubLink>} links */
  constructor(links) {
    this.#links = links;
  }

  get serverSide() {
    return [...this.#serverSide];
  }

  /** @returns {import('./types.js').Wanted[]} */
  wanted() {
    const channels = new Set([...this.#links].flatMap(({ channels: own }) => [...own.keys()]));
    return [...channels].map((channel) => ({
      channel,
      position: this.#heads.get(channel) ?? null,
      serverSide: this.#serverSide.has(channel),
      watching: this.#watching(channel),
    }));
  }

  /** A link that comes later is told where the server's own channels are. @param {HubLink} link @returns {import('./types.js').Progress} */
  welcome(link) {
    const { serverSide } = this;
    for (const channel of serverSide) if (!link.channels.has(channel)) link.channels.set(channel, false);
    const known = serverSide.filter((channel) => this.#heads.has(channel));
    const positions = Object.fromEntries(known.map((channel) => [channel, /** @type {Position} */ (this.#heads.get(channel))]));
    return { positions, following: false, serverSide };
  }

  /** @param {import('./types.js').Progress} progress */
  progressed({ positions, recovered, serverSide }) {
    for (const channel of serverSide) this.#addServerSide(channel);
    for (const [channel, position] of Object.entries(positions)) {
      if (!this.#heads.has(channel) || recovered?.[channel] === false) this.#heads.set(channel, position);
    }
  }

  /** @param {Push} push */
  pushed(push) {
    const { type, channel, epoch = '', offset = 0 } = push;
    if (!channel) return this.#tell([...this.#links], push);
    if (type === 'subscribed') {
      this.#addServerSide(channel);
      this.#heads.set(channel, { epoch, offset });
    }
    if (type === 'message') this.#message(channel, push);
    else this.#tell(this.#having(channel), push);
    if (type === 'unsubscribed') this.#forget(channel);
  }

  /** @param {string} channel @param {import('./errors.js').ParleyError} error */
  refused(channel, error) {
    const { code, message } = error;
    for (const link of this.#having(channel)) link.tell('refused', channel, { code, message });
    this.#forget(channel);
  }

  /** @param {HubLink} link @param {import('./types.js').JoinRequest} request @returns {import('./types.js').JoinRequest} what is to be asked for all links */
  joins(link, request) {
    const { channel } = request;
    const joining = this.#joining.get(channel) ?? { links: new Set(), held: [] };
    this.#joining.set(channel, joining);
    joining.links.add(link);
    link.channels.set(channel, request.presence ?? link.channels.get(channel) ?? false);
    return this.#watching(channel).includes('presence') ? { ...request, presence: true } : request;
  }

  /**
   * @param {HubLink} link
   * @param {string} channel
   * @param {JoinReply | null} reply null when there is none
   * @param {boolean} interrupted whether it has interrupted what is pushed
   */
  joined(link, channel, reply, interrupted) {
    const joining = this.#joining.get(channel);
    if (!joining) return;
    const others = this.#having(channel).filter((other) => !joining.links.has(other));
    if (reply && interrupted) this.#fill(channel, reply, others);
    else if (reply && !this.#heads.has(channel)) this.#heads.set(channel, { epoch: reply.epoch, offset: reply.offset });
    for (const push of joining.held.splice(0)) this.#pass(channel, push, others);
    joining.links.delete(link);
    if (joining.links.size === 0) this.#joining.delete(channel);
  }

  /** @param {HubLink} link @param {string} channel @returns {boolean} whether nobody has it any more */
  leaves(link, channel) {
    if (!link.channels.delete(channel) || this.#having(channel).length > 0) return false;
    this.#forget(channel);
    return true;
  }

  /** @param {string} channel @param {Push} push */
  #message(channel, push) {
    const joining = this.#joining.get(channel);
    if (!joining) return this.#pass(channel, push, this.#having(channel));
    this.#tell(this.#having(channel).filter((link) => joining.links.has(link)), push);
    if (joining.held.length < HELD_LIMIT) joining.held.push(push);
  }

  /** @param {string} channel @param {Push} push @param {HubLink[]} links */
  #pass(channel, push, links) {
    const head = this.#heads.get(channel);
    const { epoch, offset } = push;
    if (typeof offset !== 'number') return this.#tell(links, push);
    if (head && sameEpoch(head, { epoch, offset }) && offset <= head.offset) return;
    this.#heads.set(channel, { epoch, offset });
    this.#tell(links, push);
  }

  /** Where the reply does not bring all that the others lack, they are told how far the channel is, and fetch it. @param {string} channel @param {JoinReply} reply @param {HubLink[]} others */
  #fill(channel, { epoch, offset, messages }, others) {
    const head = this.#heads.get(channel);
    const news = head && sameEpoch(head, { epoch, offset }) ? messages.filter((message) => message.offset > head.offset) : [];
    const whole = !head || offset <= head.offset || news[0]?.offset === head.offset + 1;
    if (whole && head) for (const message of news) this.#pass(channel, { type: 'message', ...message }, others);
    if (!head || !sameEpoch(head, { epoch, offset }) || offset > head.offset) this.#heads.set(channel, { epoch, offset });
    const progress = { positions: { [channel]: { epoch, offset } }, following: false, serverSide: [] };
    if (!whole) for (const link of others) link.tell('progressed', progress);
  }

  /** @param {string} channel */
  #addServerSide(channel) {
    this.#serverSide.add(channel);
    for (const { channels } of this.#links) if (!channels.has(channel)) channels.set(channel, false);
  }

  /** @param {string} channel */
  #forget(channel) {
    this.#serverSide.delete(channel);
    this.#heads.delete(channel);
    for (const { channels } of this.#links) channels.delete(channel);
  }

  /** @param {string} channel @returns {import('./types.js').Watch[]} */
  #watching(channel) {
    const links = this.#having(channel);
    const presence = links.some(({ channels }) => channels.get(channel));
    return [...(presence ? /** @type {const} */ (['presence']) : []), ...(links.some(({ typing }) => typing) ? /** @type {const} */ (['typing']) : [])];
  }

  /** @param {string} channel */
  #having(channel) {
    return [...this.#links].filter(({ channels }) => channels.has(channel));
  }

  /** @param {HubLink[]} links @param {Push} push */
  #tell(links, push) {
    for (const link of links) link.tell('pushed', push);
  }
}
