/**
 * The words of the wire, as types only. Nothing here exists at run time.
 *
 * @typedef {'websocket' | 'sse' | 'long-polling' | 'short-polling'} TransportName
 * @typedef {'disconnected' | 'connecting' | 'connected'} ConnectionState
 * @typedef {'unsubscribed' | 'subscribing' | 'subscribed'} SubscriptionState
 *
 * A place in a channel's log. An empty epoch means "not known yet": the channel had no message
 * when it was looked at, so nothing told its epoch.
 * @typedef {{epoch: string, offset: number}} Position
 *
 * @typedef {{id: string, name?: string}} User
 *
 * A message of a channel that stores nothing has no epoch and no offset.
 * @typedef {object} Message
 * @property {string} channel
 * @property {string} messageId
 * @property {string} epoch
 * @property {number} offset
 * @property {number} [conflated] so many directly before it were left out, because newer ones had taken their place
 * @property {string} [event]
 * @property {any} data
 * @property {User} [user] who published it, stamped by the server; nobody when it was erased
 * @property {string} time ISO 8601 in UTC
 * @property {string} [replyTo] the message that this one answers
 * @property {string[]} [mentions] ids of users
 * @property {boolean} [confirm] it asks each recipient to confirm it
 * @property {Version} [edited] `data` is that of the update at this offset
 * @property {Version} [deleted] it was taken back there
 * @property {Reaction[]} [reactions] in history pages
 * @property {number} [reactionsOffset] the newest change that is in them
 *
 * @typedef {{version: number, time: string}} Version
 * @typedef {{reaction: string, count: number, mine?: boolean, users: User[]}} Reaction
 *
 * How a delivered message came: pushed as it happened, brought in after a break, or asked for as history.
 * @typedef {'live' | 'recovery' | 'history'} Via
 * @typedef {Message & {via: Via}} DeliveredMessage
 *
 * @typedef {object} Publication
 * @property {string} channel
 * @property {any} data
 * @property {string} [event]
 * @property {string} key idempotency key
 * @property {string} [replyTo]
 * @property {string[]} [mentions]
 * @property {boolean} [confirm]
 *
 * @typedef {object} Published
 * @property {string} messageId
 * @property {string} epoch
 * @property {number} offset
 * @property {string} time
 * @property {boolean} [duplicate] the key had been seen before: the answer is that of the first time
 *
 * `before` and `after` take an offset, or the `next` of an earlier page. Newest first, unless `after` is given.
 * @typedef {{before?: number | string, after?: number | string, limit?: number}} HistoryQuery
 * @typedef {{channel: string, messages: Message[], next?: string}} HistoryPage
 *
 * What else is wanted of a channel: who is there; who is typing, which only polls need to be told.
 * @typedef {'presence' | 'typing'} Watch
 *
 * @typedef {{channel: string, recover?: Position, history?: number, presence?: true}} JoinRequest
 *
 * @typedef {object} JoinReply
 * @property {string} epoch
 * @property {number} offset
 * @property {boolean} recovered the messages close the gap without a hole
 * @property {boolean} wasRecovering
 * @property {Message[]} messages
 *
 * @typedef {object} ConnectedInfo
 * @property {string} [connectionId]
 * @property {string} [node]
 * @property {User} [user]
 * @property {string} [org]
 * @property {string} [expiresAt]
 * @property {number} [ping] seconds between the server's heartbeats
 * @property {number} [maxPayload] bytes of a message's data
 *
 * What a transport knows about how far the server has got.
 * @typedef {object} Progress
 * @property {Record<string, Position>} positions
 * @property {Record<string, boolean>} [recovered] false: the gap was not closed
 * @property {boolean} following messages up to these positions may still be under way
 * @property {string[]} serverSide channels that the server subscribed by itself
 *
 * @typedef {{type: string, channel?: string, [field: string]: any}} Push
 *
 * Why a transport ended. `error` when an HTTP answer said so, otherwise a WebSocket close code.
 * @typedef {{code: number, reason?: string, error?: import('./errors.js').ParleyError}} Ending
 *
 * What a transport tells its connection. After `closed` it tells nothing more.
 * @typedef {object} TransportListener
 * @property {(info: ConnectedInfo) => void} connected once
 * @property {(progress: Progress) => void} progressed
 * @property {(push: Push) => void} pushed
 * @property {(channel: string, error: import('./errors.js').ParleyError) => void} refused
 * @property {(ending: Ending) => void} closed once, never after `close()`
 *
 * A way to reach the server. HTTP transports hand the positions over when they open, so `carries` tells which
 * channels need no `join` after connecting.
 * @typedef {object} Transport
 * @property {TransportName} name
 * @property {() => void} open
 * @property {() => void} close silently
 * @property {(channel: string, watching: Watch[]) => boolean} carries
 * @property {(request: JoinRequest) => Promise<JoinReply>} join subscribes, or closes a gap of a subscribed channel
 * @property {(channel: string) => Promise<void>} leave
 * @property {(watch: Watch) => boolean} watch sees to it by itself; false: a `join` does it
 * @property {(type: string, fields: object) => Promise<any>} [command] only where commands travel with the messages
 * @property {(publication: Publication) => Promise<Published>} publish
 * @property {(channel: string, query: HistoryQuery) => Promise<HistoryPage>} history
 * @property {(token: string) => Promise<void>} refresh
 * @property {() => void} verify asks whether the other end is still there
 *
 * @typedef {object} Wanted
 * @property {string} channel
 * @property {Position | null} position
 * @property {number} [history]
 * @property {boolean} serverSide
 * @property {Watch[]} watching
 *
 * What a transport is given.
 * @typedef {object} TransportContext
 * @property {URL} base the application's root, ending in a slash
 * @property {import('./platform.js').Platform} platform
 * @property {import('./http.js').Http} http
 * @property {import('./tokens.js').Tokens} tokens
 * @property {() => Wanted[]} wanted the channels to carry and how far each has got
 * @property {boolean} [shared] with the other tabs
 */

export {};
