import { splitFrame } from '../../../main/webapp/client/frames.js';

const LATENCY_MS = 5;
const PAGE = 100;

/**
 * A server of the contract, as small as the tests need it, reached through `WebSocket`, `EventSource` and `fetch` of its
 * own. Everything takes the time of the clock it was given.
 */
export class FakeServer {
  epoch = 'e1';
  user = 'ana';
  ping = 25;
  /** How large a gap it recovers by itself. */
  recoverLimit = 300;
  /** Nobody can reach it. */
  down = false;
  /** WebSockets do not get through. */
  websocketBlocked = false;
  /** Gives the error with which a publish is to be answered, or nothing. */
  onPublish = () => undefined;
  /** Does a push get lost? */
  loses = () => false;
  /** How long it pushes nothing of a channel that is subscribed again, before it answers. */
  joinMs = 0;
  /** Answers a command of which this server knows nothing: a reply, `null` for none, `undefined` to refuse. */
  onCommand = () => undefined;
  /** The same for HTTP requests: an answer, or nothing. */
  onRequest = () => undefined;
  /** Who is there, by channel; a channel that is missing has no presence. */
  people = new Map();
  logs = new Map();
  keys = new Map();
  sockets = [];
  streams = [];
  polls = [];
  /** Everything that was asked for, in order. */
  requests = [];
  commands = [];
  peakOpen = 0;

  constructor(clock) {
    this.clock = clock;
    const server = this;
    this.WebSocket = class {
      constructor(url, protocol) {
        return new FakeSocket(server, url, protocol);
      }
    };
    this.EventSource = class {
      constructor(url) {
        return new FakeEventSource(server, url);
      }
    };
  }

  get platform() {
    const { clock, WebSocket, EventSource } = this;
    return { ...pick(clock), WebSocket, EventSource, fetch: (url, init) => this.fetch(url, init) };
  }

  later(act) {
    this.clock.setTimeout(act, LATENCY_MS);
  }

  log(channel) {
    if (!this.logs.has(channel)) this.logs.set(channel, []);
    return this.logs.get(channel);
  }

  /** Channels of this namespace store nothing. */
  isEphemeral(channel) {
    return channel.startsWith('live:');
  }

  head(channel) {
    if (this.isEphemeral(channel)) return {};
    return { epoch: this.epoch, offset: this.log(channel).at(-1)?.offset ?? 0 };
  }

  /** Stores and pushes. */
  publish(channel, data, { key, user = this.user, event } = {}) {
    if (this.isEphemeral(channel)) return this.pass(channel, data, { user, event });
    if (key && this.keys.has(key)) return { ...answer(this.keys.get(key)), duplicate: true };
    const { epoch, offset } = this.head(channel);
    const messageId = `${channel}/${offset + 1}`;
    const time = new Date(this.clock.now()).toISOString();
    const message = { type: 'message', channel, epoch, offset: offset + 1, messageId, event, data, user: { id: user }, time };
    this.log(channel).push(message);
    if (key) this.keys.set(key, message);
    for (const peer of [...this.sockets, ...this.streams]) {
      if (peer.channels?.has(channel) && !this.loses(message)) peer.push(message);
    }
    for (const poll of [...this.polls]) poll();
    return answer(message);
  }

  /** Pushes to who is there. */
  pass(channel, data, { user, event }) {
    const time = new Date(this.clock.now()).toISOString();
    const message = { type: 'message', channel, messageId: `${channel}/${data}`, event, data, user: { id: user }, time };
    for (const peer of [...this.sockets, ...this.streams]) if (peer.channels?.has(channel)) peer.push(message);
    for (const poll of [...this.polls]) poll('news', message);
    return { messageId: message.messageId, time };
  }

  /** Forgets the messages up to an offset. */
  trim(channel, upTo) {
    this.logs.set(channel, this.log(channel).filter(({ offset }) => offset > upTo));
  }

  /** What follows a position, or null when that is not to be had. */
  since(channel, { epoch, offset }) {
    const log = this.log(channel);
    const head = this.head(channel);
    const first = log[0]?.offset ?? head.offset + 1;
    if (epoch !== this.epoch || offset > head.offset || head.offset - offset > this.recoverLimit) return null;
    return offset + 1 < first ? null : log.filter((message) => message.offset > offset);
  }

  /** Somebody comes, goes or changes; all of it is one push. */
  present(channel, event, user, ...more) {
    const ids = new Set([user, ...more].map(({ id }) => id));
    const others = this.people.get(channel).filter(({ id }) => !ids.has(id));
    this.people.set(channel, event === 'leave' ? others : [...others, user, ...more]);
    const push = { type: 'presence', channel, event, user, ...(more.length ? { more } : {}) };
    for (const peer of [...this.sockets, ...this.streams]) if (peer.watched?.has(channel)) peer.push(push);
    for (const poll of [...this.polls]) poll('people');
  }

  /** Pushes something that is not stored to whoever reads the channel. */
  tell(push) {
    for (const peer of [...this.sockets, ...this.streams]) if (peer.channels?.has(push.channel)) peer.push(push);
  }

  history(channel, { before, after, limit = PAGE }) {
    const log = this.log(channel);
    const count = Math.min(Number(limit), PAGE);
    if (after !== undefined) {
      const found = log.filter(({ offset }) => offset > Number(after));
      const messages = found.slice(0, count);
      return { channel, messages, next: found.length > count ? String(messages.at(-1).offset) : undefined };
    }
    const shown = log.filter(({ event }) => !/^message-(updated|deleted|reaction)$/.test(event));
    const found = shown.filter(({ offset }) => before === undefined || offset < Number(before));
    const messages = found.slice(-count).reverse();
    return { channel, messages, next: found.length > count ? String(messages.at(-1).offset) : undefined };
  }

  serverSide() {
    return [`user:${this.user}`, 'org:acme'];
  }

  hello() {
    return { connectionId: 'c', node: 'n1', user: { id: this.user, name: 'Ana' }, org: 'acme', ping: this.ping, maxPayload: 102_400 };
  }

  positions(channels) {
    return Object.fromEntries([...channels].filter((channel) => !this.isEphemeral(channel)).map((channel) => [channel, this.head(channel)]));
  }

  refuses(channel) {
    if (channel.startsWith('room:secret')) return { status: 403, code: 'forbidden' };
    return /^[a-z]+:./.test(channel) ? undefined : { status: 400, code: 'bad_request' };
  }

  /** Ends every connection, as a crash does. */
  cut(code = 1006) {
    for (const socket of [...this.sockets]) socket.endWith(code);
    for (const stream of [...this.streams]) stream.fail();
    for (const poll of [...this.polls]) poll('cut');
  }

  countOpen() {
    this.peakOpen = Math.max(this.peakOpen, this.sockets.length + this.streams.length);
  }

  fetch(url, init = {}) {
    const request = { url: new URL(url), method: init.method ?? 'GET', headers: init.headers ?? {}, body: init.body && JSON.parse(init.body) };
    this.requests.push(request);
    return new Promise((resolve, reject) => {
      const abort = () => reject(new Error('aborted'));
      init.signal?.addEventListener('abort', abort);
      this.later(() => {
        if (this.down) reject(new TypeError('connection refused'));
        else this.answer(request, (result) => (result ? resolve(responseOf(result)) : reject(new TypeError('cut'))), init.signal);
      });
    });
  }

  answer(request, respond, signal) {
    const path = request.url.pathname.replace('/parley/api/v1/', '');
    const channel = /^channels\/(.+)\/messages$/.exec(path)?.[1];
    const query = Object.fromEntries(request.url.searchParams);
    if (this.unauthorized?.(request)) return respond(problem(401, 'unauthorized'));
    if (path === 'tickets') return respond({ body: { ticket: 'ticket', expiresIn: 30 } });
    if (path === 'poll') return this.poll(request, respond, signal);
    const handled = this.onRequest({ ...request, path: decodeURIComponent(path), query });
    if (handled) return respond(handled);
    if (!channel) return respond(problem(404, 'not_found'));
    const refusal = this.refuses(decodeURIComponent(channel));
    if (refusal) return respond(problem(refusal.status, refusal.code));
    if (request.method === 'GET') return respond({ body: this.history(decodeURIComponent(channel), query) });
    return respond(this.publishOverHttp(decodeURIComponent(channel), request));
  }

  publishOverHttp(channel, { body, headers }) {
    const key = headers['Idempotency-Key'];
    const error = this.onPublish({ channel, key, data: body.data });
    if (error) return problem(error.retryable ? 503 : 403, error.code, error);
    return { status: 201, body: this.publish(channel, body.data, { key, event: body.event }) };
  }

  poll({ url, headers }, respond, signal) {
    if (signal?.aborted) return;
    const channels = requestedChannels(url);
    const refusal = channels.map((channel) => this.refuses(channel)).find(Boolean);
    if (refusal) return respond(problem(refusal.status, refusal.code));
    const all = new Set([...channels, ...this.serverSide()]);
    const starts = new Map([...all].filter((channel) => !this.isEphemeral(channel)).map((channel) => [channel, this.head(channel)]));
    for (const [channel, position] of requestedPositions(url)) starts.set(channel, position);
    const waitMs = Number(url.searchParams.get('wait')) * 1_000;
    const collected = this.collect(starts);
    const people = () => this.peopleFor(url, channels);
    const news = collected.messages.length > 0 || Object.values(collected.recovered).includes(false) || people().presence;
    Object.assign(collected, people());
    if (news || waitMs === 0) return respond(this.pollAnswer(collected, headers, url, waitMs));
    const done = (how, passed) => {
      if (passed && !all.has(passed.channel)) return;
      this.polls = this.polls.filter((each) => each !== done);
      this.clock.clearTimeout(timer);
      const found = this.collect(starts);
      if (passed) found.messages.push(passed);
      Object.assign(found, people());
      respond(how === 'cut' ? null : this.pollAnswer(found, headers, url, waitMs));
    };
    const timer = this.clock.setTimeout(done, waitMs);
    this.polls.push(done);
    signal?.addEventListener('abort', () => done('cut'));
  }

  peopleFor(url, channels) {
    if (!url.searchParams.has('presence')) return {};
    const presence = Object.fromEntries(channels.filter((channel) => this.people.has(channel)).map((channel) => [channel, this.people.get(channel)]));
    const presenceTag = JSON.stringify(presence);
    return presenceTag === url.searchParams.get('presence') ? { presenceTag } : { presenceTag, presence };
  }

  collect(starts) {
    const answer = { cursor: 'opaque', messages: [], positions: {}, recovered: {}, retryAfterMs: 0 };
    for (const [channel, start] of starts) {
      const messages = this.since(channel, start);
      answer.recovered[channel] = messages !== null;
      answer.messages.push(...(messages ?? []));
      answer.positions[channel] = this.head(channel);
    }
    return answer;
  }

  pollAnswer(body, headers, url, waitMs) {
    const etag = `"${JSON.stringify(body.positions)}"`;
    if (waitMs === 0 && !body.presence && headers['If-None-Match'] === etag) return { status: 304, headers: { ETag: etag } };
    return { body: { ...body, retryAfterMs: waitMs ? 0 : 500 }, headers: { ETag: etag } };
  }
}

class FakeSocket {
  readyState = 0;
  channels = new Set();
  watched = new Set();
  #server;
  #identified = false;
  /** The last command that has left a channel. */
  #left = new Map();

  constructor(server, url, protocol) {
    this.#server = server;
    this.url = url;
    this.protocol = protocol;
    server.sockets.push(this);
    server.countOpen();
    server.later(() => (server.down || server.websocketBlocked ? this.endWith(1006) : this.#open()));
  }

  send(frame) {
    for (const command of splitFrame(frame)) {
      this.#server.commands.push(command);
      this.#server.later(() => this.readyState === 1 && this.#handle(command));
    }
  }

  close() {
    this.endWith(1000);
  }

  /** The server's way of closing. */
  endWith(code, reason = '') {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#server.sockets = this.#server.sockets.filter((each) => each !== this);
    this.onclose?.({ code, reason });
  }

  push(object) {
    const line = JSON.stringify(object);
    this.#server.later(() => this.readyState === 1 && this.onmessage?.({ data: line }));
  }

  #open() {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.onopen?.();
  }

  #handle(command) {
    const { id, type, channel } = command;
    if (type === 'connect') return this.#connect(command);
    if (!this.#identified) return this.endWith(4001);
    if (type === 'ping') return this.silent || this.push({ id, type: 'pong' });
    if (type === 'refresh') return this.push({ id, type: 'refreshed' });
    const reply = this.#server.onCommand(command);
    if (reply !== undefined) return reply && this.push({ id, ...reply });
    const refusal = this.#server.refuses(channel);
    if (refusal) return this.push({ type: 'error', id, code: refusal.code, message: refusal.code, retryable: false });
    if (type === 'subscribe') return this.#join(command);
    if (type === 'publish') return this.#publish(command);
    if (type === 'history') return this.push({ id, type, ...this.#server.history(channel, command) });
    this.channels.delete(channel);
    this.#left.set(channel, id);
    this.push({ id, type: 'unsubscribed', channel });
  }

  #connect({ id, token }) {
    if (token === 'bad') return this.endWith(4002);
    if (this.#server.accepts?.({ token }) === false) {
      return this.push({ type: 'error', id, code: this.#server.refusal, message: 'refused', retryable: false });
    }
    this.#identified = true;
    const channels = this.#server.serverSide();
    for (const channel of channels) this.channels.add(channel);
    this.push({ id, type: 'connected', ...this.#server.hello(), channels, positions: this.#server.positions(channels) });
  }

  /** What is published meanwhile is in the answer, and is not pushed. Who leaves meanwhile has not joined. */
  #join(command) {
    if (!this.#server.joinMs) return this.#subscribe(command);
    const { id, channel } = command;
    const left = this.#left.get(channel);
    this.channels.delete(channel);
    this.#server.clock.setTimeout(() => {
      if (this.readyState !== 1) return;
      if (left === this.#left.get(channel)) this.#subscribe(command);
      else this.push({ type: 'error', id, code: 'unsubscribed', message: 'left', retryable: true });
    }, this.#server.joinMs);
  }

  #subscribe({ id, channel, recover, history, presence }) {
    this.channels.add(channel);
    const list = presence && this.#server.people.get(channel);
    if (list) this.watched.add(channel);
    const missed = recover ? this.#server.since(channel, recover) : null;
    const earlier = history ? this.#server.history(channel, { limit: history }).messages.reverse() : [];
    const how = { recovered: missed !== null, wasRecovering: !!recover, messages: missed ?? (recover ? [] : earlier) };
    const people = list ? { presence: list } : {};
    this.push({ id, type: 'subscribed', channel, ...this.#server.head(channel), ...how, permissions: [], ...people });
  }

  #publish({ id, channel, data, key, event }) {
    const error = this.#server.onPublish({ channel, key, data });
    if (error === 'lose the answer') {
      this.#server.publish(channel, data, { key, event });
      return this.endWith(1006);
    }
    if (error) return this.push({ type: 'error', id, message: error.code, ...error });
    this.push({ id, type: 'published', channel, ...this.#server.publish(channel, data, { key, event }) });
  }
}

class FakeEventSource extends EventTarget {
  readyState = 0;
  #server;

  constructor(server, url) {
    super();
    this.#server = server;
    this.url = new URL(url);
    server.requests.push({ url: this.url, method: 'GET', headers: {} });
    server.streams.push(this);
    server.countOpen();
    server.later(() => (server.down ? this.fail() : this.#open()));
  }

  close() {
    this.readyState = 2;
    this.#server.streams = this.#server.streams.filter((each) => each !== this);
  }

  fail() {
    if (this.readyState === 2) return;
    this.readyState = 0;
    this.channels = undefined;
    this.onerror?.(new Event('error'));
  }

  push(object, event = 'message') {
    const data = JSON.stringify(object);
    this.#server.later(() => this.readyState === 1 && this.dispatchEvent(new MessageEvent(event, { data })));
  }

  #open() {
    const asked = requestedChannels(this.url);
    if (this.readyState === 2) return;
    if (asked.some((channel) => this.#server.refuses(channel))) return this.fail();
    this.readyState = 1;
    this.channels = new Set([...asked, ...this.#server.serverSide()]);
    const starts = new Map(requestedPositions(this.url));
    const missed = [...starts].map(([channel, start]) => [channel, this.#server.since(channel, start)]);
    const recovered = Object.fromEntries(missed.map(([channel, messages]) => [channel, messages !== null]));
    const positions = this.#server.positions(this.channels);
    this.push({ type: 'connected', ...this.#server.hello(), channels: [...this.channels], positions, recovered }, 'connected');
    for (const message of missed.flatMap(([, messages]) => messages ?? [])) this.push(message);
    if (!this.url.searchParams.has('presence')) return;
    this.watched = new Set(asked.filter((channel) => this.#server.people.has(channel)));
    for (const channel of this.watched) this.push({ type: 'presence', channel, users: this.#server.people.get(channel) });
  }
}

function requestedChannels(url) {
  return (url.searchParams.get('channels') ?? '').split(',').filter(Boolean);
}

function requestedPositions(url) {
  return url.searchParams.getAll('position').map((parameter) => {
    const [channel, epoch, offset] = parameter.split(',');
    return [channel, { epoch, offset: Number(offset) }];
  });
}

function answer({ messageId, epoch, offset, time }) {
  return { messageId, epoch, offset, time };
}

function problem(status, code, more = {}) {
  return { status, body: { status, code, detail: code, retryable: status >= 500, ...more } };
}

function responseOf({ status = 200, body, headers = {} }) {
  return { status, headers: new Headers(headers), text: async () => (body === undefined ? '' : JSON.stringify(body)) };
}

function pick({ now, setTimeout, clearTimeout }) {
  return { now, setTimeout, clearTimeout };
}
