import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectedWorld, offsets, TRANSPORTS, upTo } from './support/world.js';

for (const from of TRANSPORTS) {
  for (const to of TRANSPORTS.filter((name) => name !== from)) {
    test(`from ${from} to ${to}: what was said in between is there, once and in order`, async () => {
      const { clock, server, parley, told } = await connectedWorld({ transport: from });
      for (const number of upTo(5)) server.publish('room:lobby', number);
      await clock.advance(1_000);
      parley.useTransport(to);
      for (const number of upTo(5)) server.publish('room:lobby', number);
      server.publish('user:ana', 'personal');
      await clock.advance(1_000);
      for (const number of upTo(5)) server.publish('room:lobby', number);
      await clock.advance(1_000);
      assert.equal(parley.transport, to);
      assert.deepEqual(offsets(told.messages), upTo(15));
      assert.deepEqual(offsets(told.messages, 'user:ana'), [1]);
      assert.equal(told.reloads.length, 0);
      assert.ok(server.peakOpen <= 1);
    });
  }
}

test('to SSE: the stream is opened with the channels, the positions and a ticket, and with no token', async () => {
  const { clock, server, parley } = await connectedWorld({ getToken: () => 'top-secret' });
  server.publish('room:lobby', 1);
  await clock.advance(100);
  parley.useTransport('sse');
  await clock.advance(100);
  const { searchParams, href } = server.requests.find(({ url }) => url.pathname.endsWith('/stream')).url;
  assert.equal(searchParams.get('channels'), 'room:lobby');
  assert.deepEqual(searchParams.getAll('position'), ['room:lobby,e1,1', 'user:ana,e1,0', 'org:acme,e1,0']);
  assert.equal(searchParams.get('ticket'), 'ticket');
  assert.equal(searchParams.get('named'), 'false');
  assert.ok(!href.includes('top-secret'));
});

test('to polling: every request says how far each channel has got', async () => {
  const { clock, server, parley } = await connectedWorld();
  parley.useTransport('long-polling');
  server.publish('room:lobby', 1);
  await clock.advance(100);
  server.publish('room:lobby', 2);
  await clock.advance(100);
  const positions = pollsOf(server).map((url) => url.searchParams.getAll('position')[0]);
  assert.deepEqual(positions, ['room:lobby,e1,0', 'room:lobby,e1,1', 'room:lobby,e1,2']);
});

test('to WebSocket: the channel is subscribed with its position', async () => {
  const { clock, server, parley } = await connectedWorld({ transport: 'sse' });
  server.publish('room:lobby', 1);
  await clock.advance(100);
  parley.useTransport('websocket');
  await clock.advance(100);
  const { recover } = server.commands.find(({ type, channel }) => type === 'subscribe' && channel === 'room:lobby');
  assert.deepEqual(recover, { epoch: 'e1', offset: 1 });
});

for (const transport of TRANSPORTS) {
  test(`${transport}: history first, then what is new, without a gap and without a repetition`, async () => {
    const before = ({ server }) => upTo(30).forEach((number) => server.publish('room:lobby', number));
    const { clock, server, told, subscription } = await connectedWorld({ transport, before, subscribe: { history: 10 } });
    server.publish('room:lobby', 31);
    await clock.advance(1_000);
    assert.deepEqual(offsets(told.messages), upTo(31).slice(20));
    assert.deepEqual(told.messages.map(({ via }) => via), [...Array(10).fill('history'), 'live']);
    assert.deepEqual(subscription.position, { epoch: 'e1', offset: 31 });
  });

  test(`${transport}: a message in the very first moment of an empty channel is not missed`, async () => {
    for (const moment of [1, 4, 6, 8, 11, 14, 16, 19, 22, 26, 31]) {
      const before = ({ server, clock }) => clock.setTimeout(() => server.publish('room:lobby', 'first'), moment);
      const { clock, told, subscription } = await connectedWorld({ transport, before, subscribe: { history: 10 } });
      await clock.advance(30_000);
      assert.equal(subscription.position.offset, 1, `published after ${moment} ms`);
      assert.ok(told.messages.length <= 1);
    }
  });

  test(`${transport}: a position kept from an earlier session is where it goes on`, async () => {
    const before = ({ server }) => upTo(20).forEach((number) => server.publish('room:lobby', number));
    const { told } = await connectedWorld({ transport, before, subscribe: { recover: { epoch: 'e1', offset: 15 } } });
    assert.deepEqual(offsets(told.messages), [16, 17, 18, 19, 20]);
    assert.ok(told.messages.every(({ via }) => via === 'recovery'));
    assert.equal(told.recovered, 5);
  });

  test(`${transport}: a gap too wide for the server is paged through`, async () => {
    const { clock, server, told, parley } = await connectedWorld({ transport, backoff: { min: 1, first: 2, max: 3 } });
    server.down = true;
    server.cut();
    await clock.advance(2_000);
    for (const number of upTo(750)) server.publish('room:lobby', number);
    server.down = false;
    await clock.advance(20_000);
    server.publish('room:lobby', 751);
    await clock.advance(1_000);
    assert.equal(parley.state, 'connected');
    assert.deepEqual(offsets(told.messages), upTo(751));
    assert.deepEqual([told.recovered, told.reloads.length], [750, 0]);
  });

  test(`${transport}: where history was trimmed the application is told to reload, and it goes on live`, async () => {
    const { clock, server, told } = await connectedWorld({ transport, backoff: { min: 1, first: 2, max: 3 } });
    server.publish('room:lobby', 1);
    await clock.advance(1_000);
    server.down = true;
    server.cut();
    await clock.advance(2_000);
    for (const number of upTo(50)) server.publish('room:lobby', number);
    server.trim('room:lobby', 30);
    server.down = false;
    await clock.advance(20_000);
    server.publish('room:lobby', 'live');
    await clock.advance(1_000);
    assert.deepEqual(told.reloads, [{ channel: 'room:lobby', position: { epoch: 'e1', offset: 51 } }]);
    assert.deepEqual(offsets(told.messages), [1, 52]);
  });

  test(`${transport}: in a new epoch the application is told to reload, and it goes on live`, async () => {
    const { clock, server, told } = await connectedWorld({ transport, backoff: { min: 1, first: 2, max: 3 } });
    for (const number of upTo(5)) server.publish('room:lobby', number);
    await clock.advance(1_000);
    server.cut();
    server.epoch = 'e2';
    server.logs.clear();
    for (const number of upTo(2)) server.publish('room:lobby', number);
    await clock.advance(20_000);
    server.publish('room:lobby', 'live');
    await clock.advance(5_000);
    assert.deepEqual(told.reloads.filter(({ channel }) => channel === 'room:lobby').map(({ position }) => position), [{ epoch: 'e2', offset: 2 }]);
    assert.deepEqual(told.messages.at(-1).data, 'live');
  });
}

function pollsOf(server) {
  return server.requests.map(({ url }) => url).filter(({ pathname }) => pathname.endsWith('/poll'));
}
