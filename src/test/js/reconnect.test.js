import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectedWorld, offsets, upTo, world } from './support/world.js';

const LONG_MS = 120_000;

for (const code of [1009, 4001, 4002, 4004, 4006]) {
  test(`closed with ${code}: there is no further try`, async () => {
    const getToken = tokens('one', 'two', 'three');
    const { clock, server, parley, told, wakers } = world({ getToken });
    server.serverSide = () => [];
    parley.connect();
    await clock.advance(8);
    server.sockets[0].endWith(code);
    await clock.advance(LONG_MS);
    assert.equal(parley.state, 'disconnected');
    assert.equal(server.sockets.length, 0);
    assert.equal(told.errors.length, 1);
    assert.equal(wakers.size, 0);
  });
}

for (const code of [1001, 1006, 1011, 4100, 4101, 4102, 4201, 4202]) {
  test(`closed with ${code}: it comes back, and nothing is missing`, async () => {
    const { clock, server, parley, told } = await connectedWorld();
    server.publish('room:lobby', 1);
    await clock.advance(20);
    server.sockets[0].endWith(code);
    server.publish('room:lobby', 2);
    await clock.advance(20_000);
    assert.equal(parley.state, 'connected');
    server.publish('room:lobby', 3);
    await clock.advance(20);
    assert.deepEqual(offsets(told.messages), [1, 2, 3]);
    assert.equal(told.recovered, 1);
    assert.equal(server.peakOpen, 1);
  });
}

test('closed with 4003: a new token is fetched, and the same one again is not tried', async () => {
  const { clock, server, parley } = await connectedWorld({ getToken: tokens('one', 'two', 'two') });
  server.sockets[0].endWith(4003);
  await clock.advance(1_000);
  assert.equal(parley.state, 'connected');
  assert.equal(server.commands.findLast(({ type }) => type === 'connect').token, 'two');
  server.sockets[0].endWith(4003);
  await clock.advance(LONG_MS);
  assert.equal(parley.state, 'disconnected');
});

test('a token that was good before and is refused now is renewed once', async () => {
  const { clock, server, parley } = await connectedWorld({ getToken: tokens('one', 'two') });
  server.sockets[0].endWith(1006);
  await clock.advance(4_500);
  const socket = server.sockets[0] ?? assert.fail('no second try');
  socket.endWith(4002);
  await clock.advance(20_000);
  assert.equal(parley.state, 'connected');
});

test('an error that answers connect means what the close code means', async () => {
  for (const code of ['unauthorized', 'token_expired']) {
    const { clock, server, parley } = await connectedWorld({ getToken: tokens('one', 'two') });
    server.cut();
    server.accepts = ({ token }) => token === 'two';
    server.refusal = code;
    await clock.advance(30_000);
    assert.equal(parley.state, 'connected', code);
  }
});

test('after 4203 it waits as long as the server said', async () => {
  const { clock, server, parley } = await connectedWorld();
  server.sockets[0].push({ type: 'draining', reconnectIn: 7_000 });
  await clock.advance(100);
  server.sockets[0].endWith(4203);
  await clock.advance(6_800);
  assert.equal(server.sockets.length, 0);
  await clock.advance(300);
  assert.equal(parley.state, 'connected');
});

test('a stream that ends after it was told to go comes back when it was told to', async () => {
  const { clock, server, parley } = await connectedWorld({ transport: 'sse' });
  server.streams[0].push({ type: 'draining', reconnectIn: 7_000 });
  await clock.advance(100);
  server.streams[0].fail();
  await clock.advance(6_800);
  assert.equal(parley.state, 'connecting');
  await clock.advance(300);
  assert.equal(parley.state, 'connected');
});

test('told that the node is draining it leaves by itself in time', async () => {
  const { clock, server } = await connectedWorld();
  const [old] = server.sockets;
  old.push({ type: 'draining', reconnectIn: 3_000 });
  await clock.advance(3_100);
  assert.equal(old.readyState, 3);
  assert.equal(server.sockets.length, 1);
});

/** A client that waits between two tries, and a server that it does not know to be back. */
async function backAfterAMinute() {
  const made = await connectedWorld();
  made.server.down = true;
  made.server.cut();
  await made.clock.advance(60_000);
  made.server.down = false;
  return made;
}

test('when the page comes back it does not wait any longer', async () => {
  const { clock, parley, wake } = await backAfterAMinute();
  wake();
  await clock.advance(100);
  assert.equal(parley.state, 'connected');
});

test('a network that comes back is tried within five seconds, whatever was to be waited for', async () => {
  const { clock, parley, wakers } = await backAfterAMinute();
  for (const wake of wakers) wake('network');
  await clock.advance(5_100);
  assert.equal(parley.state, 'connected');
});

test('a wait that the server has asked for is kept even then', async () => {
  const { clock, server, wake, parley } = world({ transport: 'long-polling' });
  server.answer = (request, respond) => respond({ status: 503, headers: { 'Retry-After': '30' }, body: { code: 'unavailable', retryable: true } });
  parley.connect();
  await clock.advance(100);
  const asked = server.requests.length;
  wake();
  await clock.advance(29_000);
  assert.equal(server.requests.length, asked);
});

test('a server that is away is asked again and again, ever less often', async () => {
  const { clock, server, parley } = world();
  server.down = true;
  parley.connect();
  await clock.advance(LONG_MS);
  const early = server.requests.length;
  assert.equal(parley.state, 'connecting');
  server.down = false;
  await clock.advance(25_000);
  assert.equal(parley.state, 'connected');
  assert.ok(early < 40, `${early} tries`);
});

test('a connection that has fallen silent is noticed and replaced', async () => {
  const { clock, server, parley, told } = await connectedWorld();
  const [dead] = server.sockets;
  dead.silent = true;
  dead.channels.clear();
  server.publish('room:lobby', 1);
  await clock.advance(25_000 + 8_000 + 1_000);
  assert.equal(dead.readyState, 3);
  assert.equal(parley.state, 'connected');
  assert.deepEqual(offsets(told.messages), [1]);
});

test('as long as something comes nobody is asked', async () => {
  const { clock, server } = await connectedWorld();
  for (let second = 0; second < 100; second++) {
    server.publish('room:lobby', second);
    await clock.advance(1_000);
  }
  assert.equal(server.commands.filter(({ type }) => type === 'ping').length, 0);
});

test('automatic: where WebSockets do not get through, the next transport is taken', async () => {
  const { clock, server, parley, told } = world({ transport: 'auto' });
  server.websocketBlocked = true;
  parley.subscribe('room:lobby');
  parley.connect();
  await clock.advance(15_000);
  assert.equal(parley.state, 'connected');
  assert.equal(parley.transport, 'sse');
  server.publish('room:lobby', 1);
  await clock.advance(20);
  assert.deepEqual(offsets(told.messages), [1]);
});

test('automatic: a server that is away is no reason to give up WebSocket', async () => {
  const { clock, server, parley } = world({ transport: 'auto' });
  server.down = true;
  parley.connect();
  await clock.advance(LONG_MS);
  server.down = false;
  await clock.advance(25_000);
  assert.equal(parley.transport, 'websocket');
});

test('closing ends it: no socket, no timer, no way back by itself', async () => {
  const { clock, server, parley, wakers } = await connectedWorld();
  parley.close();
  await clock.advance(LONG_MS);
  assert.equal(parley.state, 'disconnected');
  assert.deepEqual([server.sockets.length, wakers.size], [0, 0]);
});

test('connected again after a close it goes on where it was', async () => {
  const { clock, server, parley, told } = await connectedWorld();
  server.publish('room:lobby', 1);
  await clock.advance(20);
  parley.close();
  server.publish('room:lobby', 2);
  await parley.connect().then(() => {}, () => {}, clock.advance(200));
  await clock.advance(200);
  assert.deepEqual(offsets(told.messages), upTo(2));
});

test('connect is done when connected, and fails when there will be no connection', async () => {
  const good = world();
  const bad = world({ getToken: () => 'bad' });
  const [ready, refused] = [good.parley.connect(), bad.parley.connect()];
  await good.clock.advance(100);
  await bad.clock.advance(100);
  await ready;
  await assert.rejects(refused, { name: 'ParleyError', code: 'unauthorized' });
});

test('a token that is about to expire is renewed on the connection', async () => {
  const { clock, server } = await connectedWorld({ getToken: tokens('one', 'two') });
  server.sockets[0].push({ type: 'token-expiring', expiresIn: 60 });
  await clock.advance(100);
  assert.deepEqual(server.commands.at(-1), { id: 3, type: 'refresh', token: 'two' });
});

/** Gives these, one after the other. */
function tokens(...each) {
  return () => (each.length > 1 ? each.shift() : each[0]);
}
