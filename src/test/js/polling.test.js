import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectedWorld, offsets, TRANSPORTS } from './support/world.js';

const polls = (server) => server.requests.filter(({ url }) => url.pathname.endsWith('/poll'));

test('short polling asks at the pace the server advises, and does not fetch again what has not changed', async () => {
  const { clock, server, told } = await connectedWorld({ transport: 'short-polling' });
  const before = polls(server).length;
  await clock.advance(10_000);
  const asked = polls(server).slice(before);
  assert.ok(asked.length >= 18 && asked.length <= 21, `${asked.length} requests`);
  assert.ok(asked.every(({ headers }) => headers['If-None-Match']));
  server.publish('room:lobby', 1);
  await clock.advance(600);
  assert.deepEqual(offsets(told.messages), [1]);
});

test('long polling waits at the server, one request at a time', async () => {
  const { clock, server, told } = await connectedWorld({ transport: 'long-polling' });
  await clock.advance(100_000);
  assert.equal(server.polls.length, 1);
  assert.ok(polls(server).length <= 8, `${polls(server).length} requests`);
  server.publish('room:lobby', 1);
  await clock.advance(20);
  assert.deepEqual(offsets(told.messages), [1]);
});

test('a server that answers long polls at once is not asked without pause', async () => {
  const { clock, server } = await connectedWorld({ transport: 'long-polling' });
  const poll = server.poll.bind(server);
  server.poll = (request, respond) => {
    request.url.searchParams.set('wait', '0');
    poll({ ...request, headers: {} }, respond);
  };
  server.cut();
  await clock.advance(60_000);
  assert.ok(polls(server).length < 70, `${polls(server).length} requests`);
});

test('one own message is not left to wait for the next turn of a short poll', async () => {
  const { clock, parley, told } = await connectedWorld({ transport: 'short-polling' });
  parley.publish('room:lobby', 1);
  await clock.advance(25);
  assert.deepEqual(offsets(told.messages), [1]);
});

for (const transport of TRANSPORTS.slice(1)) {
  test(`${transport}: an expired token is renewed and the request repeated`, async () => {
    const getToken = sequence('old', 'new');
    const { clock, server, parley, told } = await connectedWorld({ transport, getToken });
    server.unauthorized = ({ headers }) => headers.Authorization === 'Bearer old';
    await parley.publish('room:lobby', 1).then(() => {}, assert.fail, clock.advance(100));
    await clock.advance(1_000);
    assert.equal(parley.state, 'connected');
    assert.deepEqual(offsets(told.messages), [1]);
  });

  test(`${transport}: a token that is refused even when new ends it`, async () => {
    const { clock, server, parley, told } = await connectedWorld({ transport });
    server.unauthorized = () => true;
    server.cut();
    await clock.advance(60_000);
    assert.equal(parley.state, 'disconnected');
    assert.equal(told.errors[0].code, 'unauthorized');
  });
}

test('a stream that has fallen silent is noticed by asking another way, and replaced', async () => {
  const { clock, server, parley, told } = await connectedWorld({ transport: 'sse' });
  const [dead] = server.streams;
  dead.channels.clear();
  server.publish('room:lobby', 1);
  await clock.advance(51_000);
  assert.equal(dead.readyState, 2);
  assert.equal(parley.state, 'connected');
  assert.deepEqual(offsets(told.messages), [1]);
});

test('a quiet stream in which nothing is missing is left alone', async () => {
  const { clock, server } = await connectedWorld({ transport: 'sse' });
  const [quiet] = server.streams;
  await clock.advance(200_000);
  assert.deepEqual(server.streams, [quiet]);
});

function sequence(...each) {
  return () => (each.length > 1 ? each.shift() : each[0]);
}
