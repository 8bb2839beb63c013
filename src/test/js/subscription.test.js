import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectedWorld, offsets, TRANSPORTS, upTo, world } from './support/world.js';

for (const transport of TRANSPORTS) {
  test(`${transport}: the states are told, and after leaving nothing comes any more`, async () => {
    const { clock, server, parley, told } = world({ transport });
    const states = [];
    parley.on('subscription', ({ channel, state }) => channel === 'room:lobby' && states.push(state));
    const subscription = parley.subscribe('room:lobby');
    parley.connect();
    await clock.advance(1_000);
    server.publish('room:lobby', 1);
    await clock.advance(1_000);
    subscription.unsubscribe();
    await clock.advance(1_000);
    server.publish('room:lobby', 2);
    await clock.advance(30_000);
    assert.deepEqual(states, ['subscribing', 'subscribed', 'unsubscribed']);
    assert.deepEqual(offsets(told.messages), [1]);
  });

  test(`${transport}: a channel that stores nothing is subscribed, delivers, and is subscribed again after a break`, async () => {
    const { clock, server, parley, told } = world({ transport });
    const live = parley.subscribe('live:a');
    parley.connect();
    await clock.advance(1_000);
    assert.equal(live.state, 'subscribed');
    for (const number of [1, 2]) {
      server.publish('live:a', number);
      await clock.advance(1_000);
    }
    server.cut();
    await clock.advance(30_000);
    assert.equal(live.state, 'subscribed');
    server.publish('live:a', 3);
    await clock.advance(1_000);
    const heard = told.messages.filter(({ channel }) => channel === 'live:a').map(({ data }) => data);
    assert.deepEqual(heard, transport === 'short-polling' ? [] : [1, 2, 3], 'a short poll is never there');
    assert.deepEqual(told.errors, []);
  });

  test(`${transport}: taken up again it brings what was missed`, async () => {
    const { clock, server, subscription, told } = await connectedWorld({ transport });
    subscription.unsubscribe();
    await clock.advance(1_000);
    for (const number of upTo(3)) server.publish('room:lobby', number);
    subscription.subscribe();
    await clock.advance(5_000);
    assert.equal(subscription.state, 'subscribed');
    assert.deepEqual(offsets(told.messages), upTo(3));
  });

  test(`${transport}: a channel one may not read is told, and the others work`, async () => {
    const { clock, server, parley, told } = world({ transport });
    const [lobby, secret] = [parley.subscribe('room:lobby'), parley.subscribe('room:secret')];
    parley.connect();
    await clock.advance(2_000);
    server.publish('room:lobby', 1);
    await clock.advance(2_000);
    assert.deepEqual([lobby.state, secret.state], ['subscribed', 'unsubscribed']);
    assert.deepEqual(told.errors.map(({ code }) => code), ['forbidden']);
    assert.deepEqual(offsets(told.messages), [1]);
    assert.equal(parley.state, 'connected');
  });

  test(`${transport}: rights that are taken away in between are told after the reconnect`, async () => {
    const { clock, server, parley, told } = await connectedWorld({ transport, channel: 'room:mine' });
    const lobby = parley.subscribe('room:lobby');
    await clock.advance(1_000);
    const refuses = server.refuses.bind(server);
    server.refuses = (channel) => (channel === 'room:mine' ? { status: 404, code: 'not_found' } : refuses(channel));
    server.cut();
    await clock.advance(30_000);
    assert.deepEqual(told.errors.map(({ code }) => code), ['not_found']);
    assert.deepEqual([parley.state, lobby.state], ['connected', 'subscribed']);
  });

  test(`${transport}: channels that the server subscribes by itself need no subscribing`, async () => {
    const { clock, server, told, parley } = await connectedWorld({ transport });
    server.publish('user:ana', 'for you');
    server.publish('org:acme', 'for all');
    await clock.advance(1_000);
    server.cut();
    server.publish('user:ana', 'meanwhile');
    await clock.advance(20_000);
    assert.equal(parley.state, 'connected');
    assert.deepEqual(told.messages.map(({ data }) => data), ['for you', 'for all', 'meanwhile']);
  });

  test(`${transport}: channels may come and go while it runs`, async () => {
    const { clock, server, parley, told } = await connectedWorld({ transport });
    const others = upTo(5).map((number) => parley.subscribe(`room:${number}`));
    await clock.advance(1_000);
    for (const number of upTo(5)) server.publish(`room:${number}`, number);
    others[0].unsubscribe();
    server.publish('room:lobby', 'lobby');
    await clock.advance(2_000);
    for (const number of upTo(5)) server.publish(`room:${number}`, number * 10);
    await clock.advance(2_000);
    assert.deepEqual(upTo(5).slice(1).map((number) => offsets(told.messages, `room:${number}`)), Array(4).fill([1, 2]));
    assert.deepEqual(offsets(told.messages), [1]);
    assert.ok(server.peakOpen <= 1);
  });
}

for (const transport of TRANSPORTS.slice(1)) {
  test(`${transport}: a server on which Parley is not there yet does not cost a subscription`, async () => {
    const { clock, server, parley, told, subscription } = await connectedWorld({ transport });
    const answer = server.answer.bind(server);
    server.answer = (request, respond) => respond({ status: 404, body: 'a page of the server' });
    server.cut();
    await clock.advance(30_000);
    server.answer = answer;
    server.publish('room:lobby', 1);
    await clock.advance(30_000);
    assert.deepEqual([parley.state, subscription.state, ...offsets(told.messages)], ['connected', 'subscribed', 1]);
  });
}

test('pushes that got lost are noticed at the next one and fetched', async () => {
  const { clock, server, told } = await connectedWorld();
  server.loses = ({ offset }) => offset === 2 || offset === 3;
  for (const number of upTo(5)) server.publish('room:lobby', number);
  await clock.advance(1_000);
  assert.deepEqual(offsets(told.messages), upTo(5));
  assert.deepEqual([told.gaps, told.recovered], [1, 4]);
});

test('pushed twice is delivered once', async () => {
  const { clock, server, told } = await connectedWorld();
  server.publish('room:lobby', 1);
  await clock.advance(20);
  server.sockets[0].push(server.log('room:lobby')[0]);
  await clock.advance(20);
  assert.deepEqual(offsets(told.messages), [1]);
  assert.equal(told.duplicates, 1);
});

test('what is pushed before the reply to a subscribe is not delivered before what the reply brings', async () => {
  const before = ({ server }) => upTo(3).forEach((number) => server.publish('room:lobby', number));
  const { clock, server, told, parley } = await connectedWorld({ before, subscribe: { history: 3 } });
  parley.useTransport('long-polling');
  await clock.advance(100);
  upTo(4).forEach((number) => server.publish('room:lobby', number));
  parley.useTransport('websocket');
  await clock.advance(12);
  const [socket] = server.sockets;
  server.publish('room:lobby', 8);
  socket.push(server.log('room:lobby').at(-1));
  await clock.advance(100);
  assert.deepEqual(offsets(told.messages), upTo(8));
});

test('told by the server that it is out, it is out', async () => {
  const { clock, server, told, subscription } = await connectedWorld();
  server.sockets[0].push({ type: 'unsubscribed', channel: 'room:lobby', reason: 'no longer a member' });
  await clock.advance(20);
  assert.equal(subscription.state, 'unsubscribed');
  assert.equal(told.errors[0].message, 'no longer a member');
});

test('leaving while being handed messages is obeyed at once', async () => {
  const before = ({ server }) => upTo(5).forEach((number) => server.publish('room:lobby', number));
  const { clock, told, subscription, parley } = await connectedWorld({ before });
  subscription.unsubscribe();
  const again = parley.subscribe('room:lobby', { history: 5 });
  again.on('message', ({ offset }) => offset === 2 && again.unsubscribe());
  await clock.advance(100);
  assert.deepEqual(offsets(told.messages), [1, 2]);
  assert.equal(again.state, 'unsubscribed');
});

test('subscribing twice is one subscription', async () => {
  const { parley, server } = await connectedWorld();
  assert.equal(parley.subscribe('room:lobby'), parley.subscribe('room:lobby'));
  assert.equal(server.commands.filter(({ type }) => type === 'subscribe').length, 1);
});

test('other pushes about a channel are handed on', async () => {
  const { clock, server, subscription } = await connectedWorld();
  const pushes = [];
  subscription.on('push', (push) => pushes.push(push));
  server.sockets[0].push({ type: 'typing', channel: 'room:lobby', user: { id: 'ben' }, typing: true });
  await clock.advance(20);
  assert.equal(pushes[0].type, 'typing');
});

test('a subscribe that fails for now is tried again', async () => {
  const { clock, server, parley } = await connectedWorld();
  const refuses = server.refuses.bind(server);
  let refusals = 0;
  server.sockets[0].onmessage = wrap(server.sockets[0].onmessage, (frame) =>
    frame.type === 'subscribed' && refusals++ < 2
      ? { type: 'error', id: frame.id, code: 'unavailable', retryable: true, retryAfterMs: 300 }
      : frame,
  );
  server.refuses = refuses;
  const subscription = parley.subscribe('room:other');
  await clock.advance(2_000);
  assert.equal(refusals, 3);
  assert.equal(subscription.state, 'subscribed');
});

/** Changes what a socket hears. */
function wrap(onmessage, change) {
  return ({ data }) => onmessage({ data: JSON.stringify(change(JSON.parse(data))) });
}

for (const transport of TRANSPORTS) {
  test(`${transport}: left while the connection is being made, it is left`, async () => {
    const { clock, server, parley, told } = world({ transport });
    const subscription = parley.subscribe('room:lobby', { recover: { epoch: 'e1', offset: 0 } });
    parley.connect();
    await clock.advance(7);
    subscription.unsubscribe();
    await clock.advance(2_000);
    server.publish('room:lobby', 1);
    await clock.advance(2_000);
    assert.deepEqual([subscription.state, told.messages.length], ['unsubscribed', 0]);
    subscription.subscribe();
    await clock.advance(2_000);
    assert.deepEqual([subscription.state, ...offsets(told.messages)], ['subscribed', 1]);
  });
}

test('there is one active subscription for a channel', async () => {
  const { parley } = await connectedWorld();
  const first = parley.subscribe('room:other');
  first.unsubscribe();
  parley.subscribe('room:other');
  assert.throws(() => first.subscribe(), /subscribed by another one/);
  assert.equal(first.state, 'unsubscribed');
});
