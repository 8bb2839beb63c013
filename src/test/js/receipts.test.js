import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Receipts } from '../../main/webapp/client/receipts.js';
import { connectedWorld, TRANSPORTS, upTo } from './support/world.js';

/** What a server knows of one person's reading: as much of it as the tests need. */
class Reader {
  delivered = 0;
  read = 0;
  requests = [];

  constructor(server, channel = 'room:lobby', me = 'ana') {
    Object.assign(this, { server, channel, me });
    server.onCommand = ({ type, channel, offset, id }) => {
      if (type !== 'ack' && type !== 'read') return undefined;
      this.requests.push(type);
      return { ...this.note(type === 'ack' ? { delivered: offset } : { read: offset }), channel };
    };
    server.onRequest = ({ path, method, body, query }) => {
      if (!path.endsWith('/receipts')) return undefined;
      if (method === 'GET') return this.pages?.(query);
      this.requests.push(Object.keys(body).join());
      return { body: this.note(body) };
    };
  }

  note({ delivered = 0, read = 0 }) {
    this.read = Math.max(this.read, read);
    this.delivered = Math.max(this.delivered, delivered, read);
    return this.standing();
  }

  standing() {
    const log = this.server.log(this.channel);
    const gone = new Set(log.filter(({ event }) => event === 'message-deleted').map(({ data }) => data.offset));
    const unread = log.filter(({ event, offset, user }) => !event && offset > this.read && user.id !== this.me && !gone.has(offset));
    const { delivered, read } = this;
    return { type: 'receipt', channel: this.channel, user: { id: this.me }, delivered, read, unread: unread.length, asOf: log.length };
  }
}

async function reading({ said = 3, ...options } = {}) {
  const by = ({ server }) => upTo(said).forEach((number) => server.publish('room:lobby', number, { user: 'ben' }));
  const made = await connectedWorld({ before: by, ...options });
  const reader = new Reader(made.server);
  const receipts = new Receipts(made.parley, 'room:lobby');
  await made.clock.advance(1_000);
  return { ...made, reader, receipts };
}

for (const transport of TRANSPORTS) {
  test(`${transport}: unread is the server's count and what has come since, without one's own`, async () => {
    const { clock, server, receipts, reader } = await reading({ transport });
    assert.equal(receipts.unread, 3);
    server.publish('room:lobby', 'hers', { user: 'ben' });
    server.publish('room:lobby', 'own', { user: 'ana' });
    await clock.advance(5_000);
    assert.deepEqual([receipts.unread, reader.delivered], [4, 5]);
  });

  test(`${transport}: what was read is sent once, the last of several`, async () => {
    const { clock, receipts, reader } = await reading({ transport });
    reader.requests = [];
    for (const offset of [1, 3, 2]) receipts.read(offset);
    await clock.advance(5_000);
    assert.deepEqual([reader.read, receipts.unread, receipts.lastRead], [3, 0, 3]);
    assert.deepEqual(reader.requests, ['read']);
  });

  test(`${transport}: after a break the server is asked where one stands`, async () => {
    const { clock, server, receipts, reader } = await reading({ transport });
    server.down = true;
    server.cut();
    reader.read = 2;
    await clock.advance(1_000);
    server.down = false;
    await clock.advance(60_000);
    assert.deepEqual([receipts.unread, receipts.lastRead], [1, 2]);
  });
}

test('with nothing given, all that was delivered is read', async () => {
  const { clock, receipts, reader } = await reading();
  receipts.read();
  await clock.advance(1_000);
  assert.equal(reader.read, 3);
});

test('what arrives in one moment is acknowledged once', async () => {
  const { clock, server, reader } = await reading();
  reader.requests = [];
  for (const number of upTo(20)) server.publish('room:lobby', number, { user: 'ben' });
  await clock.advance(2_000);
  assert.deepEqual([reader.requests, reader.delivered], [['ack'], 23]);
});

test('a channel in which something is said all the time is acknowledged all the time, but not each time', async () => {
  const { clock, server, reader } = await reading();
  reader.requests = [];
  for (const number of upTo(100)) {
    server.publish('room:lobby', number, { user: 'ben' });
    await clock.advance(100);
  }
  assert.ok(reader.delivered >= 99, `${reader.delivered} of 103`);
  assert.ok(reader.requests.length > 15 && reader.requests.length < 40, `${reader.requests.length} requests`);
});

test('in a channel without receipts it says so, and no more', async () => {
  const { clock, server, parley } = await connectedWorld();
  server.onRequest = ({ path }) => path.endsWith('/receipts') && { status: 400, body: { code: 'bad_request', retryable: false } };
  const errors = [];
  server.publish('room:lobby', 1);
  await clock.advance(50);
  new Receipts(parley, 'room:lobby').on('error', ({ code }) => errors.push(code));
  await clock.advance(60_000);
  assert.deepEqual(errors, ['bad_request']);
});

test('what comes counts before the server has counted it, and what one says oneself does not', async () => {
  const { clock, server, receipts } = await reading();
  for (const user of ['ben', 'ana', 'ben']) server.publish('room:lobby', 'new', { user });
  await clock.advance(20);
  assert.equal(receipts.unread, 5);
});

test('a push that counts less but has read more is reason to ask', async () => {
  const { clock, server, receipts, reader } = await reading();
  reader.note({ read: 2 });
  const early = reader.standing();
  server.tell({ ...early, asOf: 2, unread: 0 });
  await clock.advance(2_000);
  assert.deepEqual([receipts.unread, receipts.lastRead], [1, 2]);
});

test('in a log that was replaced nothing of the old one counts', async () => {
  const { clock, server, receipts, reader } = await reading({ said: 9 });
  receipts.read();
  await clock.advance(1_000);
  server.epoch = 'e2';
  server.logs.clear();
  Object.assign(reader, { read: 0, delivered: 0 });
  for (const number of upTo(2)) server.publish('room:lobby', number, { user: 'ben' });
  server.cut();
  await clock.advance(30_000);
  assert.deepEqual([receipts.unread, receipts.lastRead, reader.delivered], [2, 0, 2]);
});

test('read on another device it is read here', async () => {
  const { clock, server, receipts, reader } = await reading();
  reader.note({ read: 3 });
  server.tell(reader.standing());
  await clock.advance(50);
  assert.deepEqual([receipts.unread, receipts.lastRead], [0, 3]);
});

test('a push that was overtaken by a newer one changes nothing', async () => {
  const { clock, server, receipts, reader } = await reading();
  const old = reader.standing();
  reader.note({ read: 3 });
  server.tell(reader.standing());
  server.tell(old);
  await clock.advance(50);
  assert.deepEqual([receipts.unread, receipts.lastRead], [0, 3]);
});

test('a message that is taken back is not unread any more, whoever had counted it', async () => {
  const { clock, server, receipts } = await reading();
  server.publish('room:lobby', 'soon gone', { user: 'ben' });
  await clock.advance(20);
  server.publish('room:lobby', { messageId: 'room:lobby/4', offset: 4 }, { user: 'ben', event: 'message-deleted' });
  await clock.advance(20);
  assert.equal(receipts.unread, 3, 'counted here');
  server.publish('room:lobby', { messageId: 'room:lobby/2', offset: 2 }, { user: 'dave', event: 'message-deleted' });
  await clock.advance(2_000);
  assert.equal(receipts.unread, 2, 'counted by the server');
});

test('changes, and what the server says in a room, are not unread', async () => {
  const { clock, server, receipts } = await reading();
  for (const event of ['message-updated', 'message-reaction', 'member-joined', 'room-renamed']) {
    server.publish('room:lobby', { messageId: 'room:lobby/1', offset: 1 }, { user: 'ben', event });
  }
  await clock.advance(20);
  assert.equal(receipts.unread, 3);
});

test('the others: a list in pages, the pushes behind it, and none of them goes back', async () => {
  const { clock, server, receipts, reader } = await reading();
  const all = [{ user: 'ana', delivered: 3, read: 0 }, { user: 'ben', delivered: 3, read: 2 }, { user: 'cleo', delivered: 1, read: 0 }];
  reader.pages = ({ after }) => ({ body: after ? { receipts: all.slice(2) } : { receipts: all.slice(0, 2), next: 'ben' } });
  const loaded = receipts.load();
  await clock.advance(100);
  await loaded;
  assert.deepEqual([...receipts.others.keys()], ['ben', 'cleo']);
  server.tell({ type: 'receipt', channel: 'room:lobby', user: { id: 'cleo' }, read: 2 });
  server.tell({ type: 'receipt', channel: 'room:lobby', user: { id: 'ben' }, read: 1 });
  await clock.advance(50);
  assert.deepEqual(receipts.readers(2), ['ben', 'cleo']);
  assert.deepEqual(receipts.others.get('cleo'), { delivered: 2, read: 2 });
});

test('what fails for now is sent again; what is refused is told, once', async () => {
  const { clock, server, receipts, reader } = await reading();
  const errors = [];
  receipts.on('error', ({ code }) => errors.push(code));
  let failures = 0;
  const note = reader.note.bind(reader);
  reader.note = (marks) => (failures++ < 2 ? { type: 'error', code: 'unavailable', retryable: true } : note(marks));
  receipts.read(3);
  await clock.advance(30_000);
  assert.deepEqual([reader.read, errors], [3, []]);
  reader.note = () => ({ type: 'error', code: 'forbidden', retryable: false });
  for (const number of upTo(3)) {
    server.publish('room:lobby', number, { user: 'ben' });
    await clock.advance(5_000);
  }
  assert.deepEqual(errors, ['forbidden']);
});

test('a server that stays below what it is told is not asked for ever', async () => {
  const { clock, server, receipts, reader } = await reading();
  reader.requests = [];
  reader.note = () => reader.standing();
  server.publish('room:lobby', 'new', { user: 'ben' });
  receipts.read(2);
  await clock.advance(60_000);
  assert.deepEqual(reader.requests, ['read', 'ack']);
});
