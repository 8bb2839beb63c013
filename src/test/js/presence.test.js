import assert from 'node:assert/strict';
import { test } from 'node:test';
import { presenceIn, reachability, setStatus } from '../../main/webapp/client/presence.js';
import { connectedWorld, offsets, randomOf, TRANSPORTS, upTo, world } from './support/world.js';

const person = (id, status = 'online') => ({ id, status });
const ids = (presence) => presence.people.map(({ id }) => id).sort();

/** A client that is told who is in the lobby, and writes down who came and went. */
async function watching({ transport, people = [person('ben')], channel = 'room:lobby', ...options } = {}) {
  const made = await connectedWorld({ transport, channel, before: ({ server }) => server.people.set(channel, people), ...options });
  const presence = presenceIn(made.parley, channel);
  const told = [];
  for (const type of ['join', 'update', 'leave']) presence.on(type, ({ id }) => told.push(`${type} ${id}`));
  await made.clock.advance(1_000);
  return { ...made, presence, came: told };
}

for (const transport of TRANSPORTS) {
  test(`${transport}: the list and the changes behind it are who is there`, async () => {
    const { clock, server, presence, came } = await watching({ transport });
    assert.deepEqual([presence.current, ids(presence)], [true, ['ben']]);
    server.present('room:lobby', 'join', person('cleo'));
    await clock.advance(1_000);
    server.present('room:lobby', 'update', person('cleo', 'busy'));
    await clock.advance(1_000);
    server.present('room:lobby', 'leave', person('ben'));
    await clock.advance(1_000);
    assert.deepEqual(presence.people, [person('cleo', 'busy')]);
    assert.deepEqual(came, ['join ben', 'join cleo', 'update cleo', 'leave ben']);
  });

  test(`${transport}: one push may be about many`, async () => {
    const { clock, server, presence, came } = await watching({ transport });
    server.present('room:lobby', 'join', ...upTo(9).map((number) => person(`p${number}`)));
    await clock.advance(1_000);
    assert.equal(presence.people.length, 10);
    server.present('room:lobby', 'leave', ...upTo(9).map((number) => person(`p${number}`)));
    await clock.advance(1_000);
    assert.deepEqual(ids(presence), ['ben']);
    assert.equal(came.length, 19);
  });

  test(`${transport}: after a break the new list replaces the old one, and each change of it is told once`, async () => {
    const { clock, server, presence, came } = await watching({ transport, people: [person('ben'), person('cleo')] });
    const states = [];
    presence.on('change', () => states.push(presence.current));
    server.down = true;
    server.cut();
    await clock.advance(1_000);
    assert.deepEqual([presence.current, ids(presence)], [false, ['ben', 'cleo']], 'what was known last stays to be seen');
    server.people.set('room:lobby', [person('cleo'), person('dora')]);
    server.down = false;
    await clock.advance(60_000);
    assert.deepEqual([presence.current, ids(presence)], [true, ['cleo', 'dora']]);
    assert.deepEqual(came, ['join ben', 'join cleo', 'leave ben', 'join dora']);
    assert.deepEqual([states.at(0), states.at(-1)], [false, true]);
  });

  test(`${transport}: asking for it while messages come costs none and doubles none`, async () => {
    const { clock, server, parley, told } = await connectedWorld({ transport, before: ({ server }) => server.people.set('room:lobby', []) });
    for (const number of upTo(3)) server.publish('room:lobby', number);
    const presence = presenceIn(parley, 'room:lobby');
    for (const number of upTo(3)) server.publish('room:lobby', number);
    await clock.advance(20);
    for (const number of upTo(3)) server.publish('room:lobby', number);
    await clock.advance(5_000);
    assert.deepEqual([presence.current, offsets(told.messages)], [true, upTo(9)]);
    assert.equal(told.reloads.length, 0);
  });

  test(`${transport}: it is there too when it is asked for before there is a connection`, async () => {
    const { clock, server, parley } = world({ transport });
    for (const channel of ['room:lobby', 'org:acme']) server.people.set(channel, [person('ben')]);
    const presences = ['room:lobby', 'org:acme'].map((channel) => presenceIn(parley, channel));
    parley.connect();
    await clock.advance(3_000);
    assert.deepEqual(presences.map(ids), [['ben'], ['ben']]);
  });

  test(`${transport}: left and taken up again at once, the list is there again`, async () => {
    const { clock, parley, presence, subscription } = await watching({ transport });
    subscription.unsubscribe();
    const again = presenceIn(parley, 'room:lobby');
    await clock.advance(5_000);
    assert.deepEqual([presence.current, again.current, ids(again)], [false, true, ['ben']]);
  });

  test(`${transport}: it is there at whatever moment of connecting or subscribing it is asked for`, async () => {
    for (let moment = 0; moment < 30; moment += 3) {
      const { clock, server, parley } = world({ transport });
      for (const channel of ['room:lobby', 'room:other']) server.people.set(channel, [person('ben')]);
      parley.subscribe('room:lobby');
      parley.connect();
      await clock.advance(moment);
      const lobby = presenceIn(parley, 'room:lobby');
      await clock.advance(3_000);
      assert.deepEqual(ids(lobby), ['ben'], `connecting for ${moment} ms`);
      parley.subscribe('room:other');
      await clock.advance(moment);
      const other = presenceIn(parley, 'room:other');
      await clock.advance(3_000);
      assert.deepEqual(ids(other), ['ben'], `subscribing for ${moment} ms`);
    }
  });

  test(`${transport}: in a channel that the server subscribes by itself as well`, async () => {
    const { clock, server, parley, presence, told } = await watching({ transport, channel: 'org:acme' });
    server.present('org:acme', 'join', person('cleo'));
    server.publish('org:acme', 'for all');
    await clock.advance(2_000);
    server.cut();
    server.publish('org:acme', 'meanwhile');
    await clock.advance(30_000);
    assert.deepEqual([parley.state, presence.current, ids(presence)], ['connected', true, ['ben', 'cleo']]);
    assert.deepEqual(told.messages.map(({ data }) => data), ['for all', 'meanwhile']);
    server.cut();
    await clock.advance(30_000);
    assert.deepEqual([presence.current, ids(presence)], [true, ['ben', 'cleo']], 'with nothing missed');
  });
}

test('a change that comes in one frame with the list counts behind it', async () => {
  const { clock, server, parley } = await connectedWorld();
  server.people.set('room:other', [person('ben')]);
  const [socket] = server.sockets;
  const hear = socket.onmessage;
  socket.onmessage = ({ data }) => {
    const join = { type: 'presence', channel: 'room:other', event: 'join', user: person('cleo') };
    hear({ data: JSON.parse(data).type === 'subscribed' ? `${data}\n${JSON.stringify(join)}` : data });
  };
  const presence = presenceIn(parley, 'room:other');
  await clock.advance(1_000);
  assert.deepEqual(ids(presence), ['ben', 'cleo']);
});

test('a list that comes in between replaces what was known', async () => {
  const { clock, server, presence } = await watching();
  server.sockets[0].push({ type: 'presence', channel: 'room:lobby', users: [person('dora')] });
  await clock.advance(20);
  assert.deepEqual(ids(presence), ['dora']);
});

test('a channel without presence has no list, and that is no error', async () => {
  const { clock, parley, told } = await connectedWorld();
  const presence = presenceIn(parley, 'room:other');
  await clock.advance(2_000);
  assert.deepEqual([presence.current, presence.people, told.errors], [false, [], []]);
});

test('asked for twice it is the same, and the server is asked once', async () => {
  const { clock, parley, server, presence } = await watching();
  assert.equal(presenceIn(parley, 'room:lobby'), presence);
  await clock.advance(1_000);
  assert.equal(server.commands.filter(({ presence: asked }) => asked).length, 1);
});

test('who does not ask for people is not told of them', async () => {
  for (const transport of TRANSPORTS) {
    const { clock, server } = await connectedWorld({ transport, before: ({ server }) => server.people.set('room:lobby', []) });
    await clock.advance(10_000);
    const asked = [...server.requests.filter(({ url }) => url.searchParams.has('presence')), ...server.commands.filter(({ presence }) => presence)];
    assert.equal(asked.length, 0);
  }
});

test('how people can be reached is asked over HTTP', async () => {
  const { clock, server, parley } = await connectedWorld();
  server.onRequest = ({ path, query }) => path === 'presence' && { body: { users: query.users.split(',').map((id) => person(id)) } };
  const answer = reachability(parley, ['ben', 'cleo']);
  await clock.advance(100);
  assert.deepEqual(await answer, [person('ben'), person('cleo')]);
});

test('the status is a command, and refused where there are none', async () => {
  const { clock, server, parley } = await connectedWorld();
  server.onCommand = ({ type }) => (type === 'status' ? { type: 'ok' } : undefined);
  const said = setStatus(parley, 'busy', 'in a call');
  await clock.advance(100);
  await said;
  const { status, info } = server.commands.at(-1);
  assert.deepEqual({ status, info }, { status: 'busy', info: 'in a call' });
  parley.useTransport('long-polling');
  await clock.advance(100);
  await assert.rejects(setStatus(parley, 'online'), { code: 'unsupported' });
});

for (let seed = 1; seed <= 30; seed++) {
  test(`whatever happens, it comes to who is there, and nobody comes or goes twice (seed ${seed})`, async () => {
    const { clock, server, parley, presence } = await watching({ seed });
    const random = randomOf(seed * 104_729);
    const any = (list) => list[Math.floor(random() * list.length)];
    const inside = new Set(ids(presence));
    presence.on('join', ({ id }) => assert.ok(!inside.has(id) && inside.add(id), `${id} joins twice`));
    presence.on('leave', ({ id }) => assert.ok(inside.delete(id), `${id} leaves twice`));
    const people = upTo(6).map((number) => `p${number}`);
    const there = (id) => server.people.get('room:lobby').some((each) => each.id === id);
    const acts = [
      () => server.present('room:lobby', ...change(any(people))),
      () => server.present('room:lobby', ...change(any(people))),
      () => server.publish('room:lobby', 1),
      () => random() < 0.3 && server.cut(),
      () => random() < 0.3 && parley.useTransport(any(TRANSPORTS)),
      () => random() < 0.3 && parley.subscribe('room:other'),
    ];
    const change = (id) => (there(id) ? [any(['leave', 'update']), person(id, any(['away', 'busy']))] : ['join', person(id)]);
    for (let step = 0; step < 60; step++) {
      any(acts)();
      await clock.advance(random() < 0.5 ? 0 : Math.floor(random() * 400));
    }
    await clock.advance(60_000);
    const told = presence.people.map(({ id, status }) => `${id} ${status}`).sort();
    assert.deepEqual(told, server.people.get('room:lobby').map(({ id, status }) => `${id} ${status}`).sort());
    assert.deepEqual([...inside].sort(), ids(presence));
  });
}
