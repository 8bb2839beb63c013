import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Notifications } from '../../main/webapp/client/notifications.js';
import { connectedWorld, randomOf, TRANSPORTS, upTo, world } from './support/world.js';

/** The inbox of one person on the fake server. */
class Inbox {
  items = [];
  upTo = { user: 0, tenant: 0 };
  asked = [];

  constructor(server) {
    this.server = server;
    server.serverSide = () => ['user:ana', 'urgent:ana', 'org:acme'];
    server.onRequest = (request) => request.path.startsWith('notifications') && this.handle(request);
  }

  add(kind, { scope = 'user', urgent = false } = {}) {
    const number = ++this.upTo[scope];
    const channel = scope === 'tenant' ? 'org:acme' : urgent ? 'urgent:ana' : 'user:ana';
    const data = { scope, number, kind, data: {}, urgent };
    const { messageId, time } = this.server.publish(channel, data, { event: 'notification', user: 'shop' });
    this.items.push({ id: messageId, ...data, from: { id: 'shop' }, time, read: false });
    return messageId;
  }

  mark(id, read) {
    const item = this.items.find((each) => each.id === id);
    item.read = read;
    this.push('notification-read', { id, scope: item.scope, number: item.number, read });
  }

  readAll(upTo) {
    for (const item of this.items) if (item.number <= upTo[item.scope]) item.read = true;
    this.push('notifications-read', { upTo });
  }

  remove(id) {
    const item = this.items.find((each) => each.id === id);
    this.items = this.items.filter((each) => each !== item);
    this.push('notification-removed', { id, scope: item.scope, number: item.number });
  }

  clear(upTo) {
    this.items = this.items.filter(({ scope, number }) => number > upTo[scope]);
    this.push('notifications-cleared', { upTo });
  }

  push(event, data) {
    this.server.publish('user:ana', data, { event });
  }

  get unread() {
    return this.items.filter(({ read }) => !read).length;
  }

  count() {
    return { body: { unread: this.unread, upTo: { ...this.upTo } } };
  }

  handle({ path, method, query, body }) {
    this.asked.push(`${method} ${path}`);
    const id = path.slice('notifications/'.length);
    const missing = path.includes('/') && !/count|read-all/.test(path) && !this.items.some((item) => item.id === id);
    if (missing) return { status: 404, body: { code: 'not_found', retryable: false } };
    if (path === 'notifications' && method === 'GET') return this.page(query);
    if (method === 'GET') return this.count();
    if (method === 'PATCH') this.mark(id, body.read);
    else if (method === 'POST') this.readAll(body.upTo);
    else if (query.upTo) this.clear({ user: Number(query.upTo.split('.')[0]), tenant: Number(query.upTo.split('.')[1]) });
    else this.remove(id);
    return this.count();
  }

  page({ before = '0', limit }) {
    const newest = [...this.items].reverse();
    const from = Number(before);
    const found = newest.slice(from, from + Number(limit));
    const next = newest.length > from + found.length ? String(from + found.length) : undefined;
    return { body: structuredClone({ ...this.count().body, notifications: found, next }) };
  }
}

async function inboxWorld({ items = 2, ...options } = {}) {
  const made = world(options);
  const inbox = new Inbox(made.server);
  for (const number of upTo(items)) inbox.add(`old ${number}`);
  const notifications = new Notifications(made.parley);
  const toasts = [];
  notifications.on('notification', ({ kind }) => toasts.push(kind));
  made.parley.connect();
  await made.clock.advance(2_000);
  return { ...made, inbox, notifications, toasts };
}

const seen = (notifications) => notifications.list.map(({ id, read }) => `${id} ${read}`).sort();
const truth = (inbox) => inbox.items.map(({ id, read }) => `${id} ${read}`).sort();

for (const transport of TRANSPORTS) {
  test(`${transport}: the list and the pushes behind it are what a fresh list would be`, async () => {
    const { clock, inbox, notifications, toasts } = await inboxWorld({ transport });
    assert.deepEqual([notifications.unread, notifications.loaded, toasts], [2, true, []]);
    const first = inbox.add('new');
    inbox.add('for all', { scope: 'tenant' });
    await clock.advance(5_000);
    assert.deepEqual([notifications.unread, toasts], [4, ['new', 'for all']]);
    inbox.mark(first, true);
    inbox.remove(inbox.items[0].id);
    await clock.advance(5_000);
    assert.deepEqual([seen(notifications), notifications.unread], [truth(inbox), 2]);
    inbox.readAll({ user: 3, tenant: 0 });
    await clock.advance(5_000);
    assert.deepEqual([seen(notifications), notifications.unread], [truth(inbox), 1]);
    inbox.clear({ user: 3, tenant: 1 });
    await clock.advance(5_000);
    assert.deepEqual([notifications.list, notifications.unread], [[], 0]);
  });

  test(`${transport}: what came while nobody was connected is there, and told once`, async () => {
    const { clock, server, inbox, notifications, toasts } = await inboxWorld({ transport });
    server.down = true;
    server.cut();
    inbox.add('missed');
    inbox.mark(inbox.items[0].id, true);
    await clock.advance(1_000);
    server.down = false;
    await clock.advance(60_000);
    assert.deepEqual([seen(notifications), notifications.unread, toasts], [truth(inbox), 2, ['missed']]);
  });

  test(`${transport}: one's own calls show at once and count once`, async () => {
    const { clock, inbox, notifications } = await inboxWorld({ transport, items: 4 });
    const [first, second] = inbox.items;
    const done = Promise.all([notifications.markRead(first.id), notifications.remove(second.id)]);
    await clock.advance(20);
    assert.deepEqual(seen(notifications), truth(inbox));
    await clock.advance(5_000);
    await done;
    assert.deepEqual([seen(notifications), notifications.unread], [truth(inbox), 2]);
    const marked = notifications.markRead(first.id, false);
    await clock.advance(5_000);
    await marked;
    assert.equal(notifications.unread, 3);
  });
}

test('where pushes are missing for good the list is read again, and what is new in it is told', async () => {
  const { clock, server, inbox, notifications, toasts } = await inboxWorld();
  server.down = true;
  server.cut();
  inbox.mark(inbox.items[0].id, true);
  inbox.add('missed');
  server.trim('user:ana', 3);
  await clock.advance(1_000);
  server.down = false;
  await clock.advance(60_000);
  assert.deepEqual([seen(notifications), notifications.unread, toasts], [truth(inbox), 2, ['missed']]);
});

test('a lost connection costs no new list', async () => {
  const { clock, server, inbox } = await inboxWorld();
  for (let time = 0; time < 3; time++) {
    server.cut();
    await clock.advance(60_000);
  }
  assert.deepEqual(inbox.asked, ['GET notifications']);
});

test('all is read up to what was shown: what comes meanwhile stays unread', async () => {
  const { clock, inbox, notifications } = await inboxWorld();
  const read = notifications.readAll();
  inbox.add('meanwhile');
  await clock.advance(2_000);
  await read;
  assert.equal(notifications.unread, 1);
  const cleared = notifications.clear();
  inbox.add('later');
  await clock.advance(2_000);
  await cleared;
  assert.deepEqual(notifications.list.map(({ kind }) => kind), ['later']);
});

test('what is pushed while the list is being read counts behind it, once', async () => {
  const { clock, server, inbox, parley } = await inboxWorld();
  const { answer } = server;
  let during = () => { inbox.add('in both'); during = () => {}; };
  server.answer = (request, respond, signal) => {
    if (request.url.pathname.endsWith('/notifications')) during();
    answer.call(server, request, (result) => server.clock.setTimeout(() => respond(result), 100), signal);
  };
  const notifications = new Notifications(parley);
  const toasts = [];
  notifications.on('notification', ({ kind }) => toasts.push(kind));
  await clock.advance(50);
  inbox.add('behind it');
  inbox.mark(inbox.items[0].id, true);
  await clock.advance(5_000);
  assert.deepEqual([seen(notifications), notifications.unread, toasts], [truth(inbox), 3, ['behind it']]);
});

test('a word that overtakes its notification counts when that comes', async () => {
  const { clock, server, inbox, notifications } = await inboxWorld();
  const held = [];
  server.loses = (message) => message.channel === 'urgent:ana' && held.push(message);
  for (const kind of ['read', 'removed', 'all']) inbox.add(kind, { urgent: true });
  const [socket] = server.sockets;
  inbox.mark(inbox.items[2].id, true);
  inbox.remove(inbox.items[3].id);
  await clock.advance(5_000);
  for (const message of held) socket.push(message);
  await clock.advance(5_000);
  assert.deepEqual([seen(notifications), notifications.unread], [truth(inbox), 3]);
});

test('one that was removed before the list was read does not come back when its push is late', async () => {
  const { clock, server, inbox, parley } = await inboxWorld();
  const held = [];
  server.loses = (message) => message.channel === 'urgent:ana' && held.push(message);
  inbox.remove(inbox.add('gone', { urgent: true }));
  await clock.advance(1_000);
  const notifications = new Notifications(parley);
  await clock.advance(1_000);
  server.sockets[0].push(held[0]);
  await clock.advance(1_000);
  assert.deepEqual([seen(notifications), notifications.unread], [truth(inbox), 2]);
});

for (const said of ['readAll', 'clear']) {
  test(`a word about all that overtakes some of them counts when those come: ${said}`, async () => {
    const { clock, server, inbox, notifications } = await inboxWorld();
    const held = [];
    server.loses = (message) => message.channel === 'urgent:ana' && held.push(message);
    for (const kind of ['plain', 'marked unread before', 'later']) inbox.add(kind, { urgent: true });
    inbox.mark(inbox.items[3].id, false);
    inbox[said]({ user: 4, tenant: 0 });
    await clock.advance(5_000);
    for (const message of held) server.sockets[0].push(message);
    await clock.advance(5_000);
    assert.deepEqual([seen(notifications), notifications.unread], [truth(inbox), 1]);
  });
}

test('older ones are read page by page, and the unread among them were counted', async () => {
  const { clock, inbox, notifications } = await inboxWorld({ items: 120 });
  assert.deepEqual([notifications.list.length, notifications.unread, notifications.more], [50, 120, true]);
  inbox.mark(inbox.items[0].id, true);
  await clock.advance(1_000);
  assert.equal(notifications.unread, 119);
  for (let page = 0; page < 2; page++) {
    const older = notifications.older();
    await clock.advance(50);
    await older;
    assert.equal(notifications.unread, 119);
  }
  assert.deepEqual([seen(notifications), notifications.more], [truth(inbox), false]);
});

test('a list that cannot be read now is read again', async () => {
  const { clock, server, parley } = await connectedWorld();
  let failures = 2;
  const inbox = new Inbox(server);
  const handle = inbox.handle.bind(inbox);
  inbox.handle = (request) => (failures-- > 0 ? { status: 503, body: { code: 'unavailable', retryable: true } } : handle(request));
  inbox.add('one');
  const notifications = new Notifications(parley);
  await clock.advance(60_000);
  assert.deepEqual([notifications.loaded, notifications.unread], [true, 1]);
});

test('messages of other channels are none of its business', async () => {
  const { clock, server, parley, notifications } = await inboxWorld();
  parley.subscribe('room:lobby');
  await clock.advance(100);
  server.publish('room:lobby', { scope: 'user', number: 99, kind: 'forged' }, { event: 'notification' });
  await clock.advance(1_000);
  assert.equal(notifications.list.length, 2);
});

for (const seed of upTo(40)) {
  test(`whatever happens in whatever order, it comes to what a fresh list would be (seed ${seed})`, async () => {
    const { clock, server, inbox, notifications } = await inboxWorld({ seed, items: 5 });
    const random = randomOf(seed * 7_919);
    const any = (list) => list[Math.floor(random() * list.length)];
    const acts = [
      () => inbox.add('n'),
      () => inbox.add('u', { urgent: true }),
      () => inbox.add('t', { scope: 'tenant' }),
      () => inbox.items.length && inbox.mark(any(inbox.items).id, random() < 0.7),
      () => inbox.items.length && inbox.remove(any(inbox.items).id),
      () => random() < 0.2 && inbox.readAll({ user: inbox.upTo.user - 1, tenant: inbox.upTo.tenant }),
      () => notifications.list.length && notifications.markRead(any(notifications.list).id, random() < 0.7).catch(() => {}),
      () => random() < 0.2 && notifications.readAll().catch(() => {}),
      () => random() < 0.2 && server.cut(),
    ];
    for (let step = 0; step < 60; step++) {
      any(acts)();
      await clock.advance(random() < 0.5 ? 0 : Math.floor(random() * 700));
    }
    await clock.advance(60_000);
    assert.deepEqual([seen(notifications), notifications.unread], [truth(inbox), inbox.unread]);
  });
}
