import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parleyHooks } from '../../main/webapp/client/react.js';
import { FakeReact } from './support/fake-react.js';
import { connectedWorld, upTo, world } from './support/world.js';

/** Shows what a component of these hooks gives. */
function show(component) {
  const react = new FakeReact();
  const hooks = parleyHooks(react);
  return react.mount(() => component(hooks));
}

const texts = ({ messages }) => messages.map(({ data }) => data);

test('useConnection shows the state as it changes', async () => {
  const { clock, server, parley } = world();
  const react = show(({ useConnection }) => useConnection(parley));
  assert.equal(react.shown.state, 'disconnected');
  parley.connect();
  await clock.advance(100);
  assert.deepEqual([react.shown.state, react.shown.transport], ['connected', 'websocket']);
  server.down = true;
  server.cut();
  await clock.advance(100);
  assert.equal(react.shown.state, 'connecting');
});

test('useChannel shows the history, what comes, and what changes', async () => {
  const { clock, server, parley } = world();
  for (const number of upTo(3)) server.publish('room:lobby', number);
  const react = show(({ useChannel }) => useChannel(parley, 'room:lobby'));
  parley.connect();
  await clock.advance(1_000);
  const published = react.shown.publish('mine');
  await clock.advance(1_000);
  await published;
  server.publish('room:lobby', { messageId: 'room:lobby/1', offset: 1, data: 'one' }, { event: 'message-updated' });
  await clock.advance(1_000);
  assert.deepEqual([react.shown.state, texts(react.shown)], ['subscribed', ['one', 2, 3, 'mine']]);
});

test('useChannel reads earlier messages', async () => {
  const { clock, server, parley } = world();
  for (const number of upTo(70)) server.publish('room:lobby', number);
  const react = show(({ useChannel }) => useChannel(parley, 'room:lobby'));
  parley.connect();
  await clock.advance(1_000);
  assert.deepEqual([react.shown.messages.length, react.shown.more], [50, true]);
  const earlier = react.shown.earlier();
  await clock.advance(1_000);
  await earlier;
  assert.deepEqual([texts(react.shown), react.shown.more], [upTo(70), false]);
});

test('useChannel shows another channel when it is given one, and leaves the first', async () => {
  const { clock, server, parley } = await connectedWorld({ channel: 'room:else' });
  server.publish('room:a', 'a');
  server.publish('room:b', 'b');
  let channel = 'room:a';
  const react = show(({ useChannel }) => useChannel(parley, channel));
  await clock.advance(2_000);
  assert.deepEqual(texts(react.shown), ['a']);
  channel = 'room:b';
  react.render();
  await clock.advance(2_000);
  assert.deepEqual(texts(react.shown), ['b']);
  assert.deepEqual([...server.sockets[0].channels].filter((name) => /room:[ab]/.test(name)), ['room:b']);
});

test('a channel is subscribed as long as one component shows it, and across a page that changes', async () => {
  const { clock, server, parley } = await connectedWorld({ channel: 'room:else' });
  const component = ({ useChannel }) => useChannel(parley, 'room:a');
  const [first, second] = [show(component), show(component)];
  await clock.advance(2_000);
  first.unmount();
  await clock.advance(2_000);
  assert.ok(server.sockets[0].channels.has('room:a'), 'the second shows it');
  second.unmount();
  await clock.advance(500);
  const third = show(component);
  await clock.advance(2_000);
  assert.equal(server.commands.filter(({ channel }) => channel === 'room:a').length, 1, 'never left, never joined again');
  third.unmount();
  await clock.advance(2_000);
  assert.ok(!server.sockets[0].channels.has('room:a'));
});

test('useChannel says why it cannot be read', async () => {
  const { clock, parley } = await connectedWorld();
  const react = show(({ useChannel }) => useChannel(parley, 'room:secret'));
  await clock.advance(2_000);
  assert.deepEqual([react.shown.state, react.shown.error.code], ['unsubscribed', 'forbidden']);
});

test('usePresence shows who is there', async () => {
  const { clock, server, parley } = await connectedWorld({ channel: 'room:else' });
  server.people.set('room:lobby', [{ id: 'ben', status: 'online' }]);
  const react = show(({ usePresence }) => usePresence(parley, 'room:lobby'));
  await clock.advance(1_000);
  server.present('room:lobby', 'join', { id: 'cleo', status: 'busy' });
  await clock.advance(1_000);
  assert.deepEqual([react.shown.current, react.shown.people.map(({ id }) => id)], [true, ['ben', 'cleo']]);
});

test('useNotifications shows the inbox, and hears nothing more when it is gone', async () => {
  const { clock, server, parley } = await connectedWorld();
  const page = { notifications: [], unread: 0, upTo: { user: 0, tenant: 0 } };
  server.onRequest = ({ path }) => path.startsWith('notifications') && { body: page };
  const react = show(({ useNotifications }) => useNotifications(parley));
  await clock.advance(1_000);
  assert.deepEqual([react.shown.loaded, react.shown.unread], [true, 0]);
  const notify = (number) => server.publish('user:ana', { scope: 'user', number, kind: 'k', data: {}, urgent: false }, { event: 'notification' });
  notify(1);
  await clock.advance(1_000);
  assert.deepEqual([react.shown.list.length, react.shown.unread], [1, 1]);
  react.unmount();
  const { renders } = react;
  notify(2);
  await clock.advance(1_000);
  assert.equal(react.renders, renders);
});

test('usePolling shows nothing of what was asked for before', async () => {
  const { clock, server } = world();
  let key = 'a';
  const react = show(({ usePolling }) => usePolling(async () => key, { key, platform: server.platform }));
  await clock.advance(10);
  assert.equal(react.shown.value, 'a');
  key = 'b';
  react.render();
  assert.deepEqual(react.shown, {});
  await clock.advance(10);
  assert.equal(react.shown.value, 'b');
});

test('usePolling shows the last answer beside an error, and stops with the component', async () => {
  const { clock, server } = world();
  let asked = 0;
  const ask = async () => {
    asked++;
    if (asked === 2) throw new Error('away');
    return asked;
  };
  const react = show(({ usePolling }) => usePolling(ask, { intervalMs: 1_000, platform: server.platform }));
  await clock.advance(10);
  assert.deepEqual(react.shown, { value: 1 });
  await clock.advance(1_000);
  assert.deepEqual([react.shown.value, react.shown.error.message], [1, 'away']);
  await clock.advance(30_000);
  assert.ok(react.shown.value > 2 && !react.shown.error);
  react.unmount();
  const before = asked;
  await clock.advance(30_000);
  assert.equal(asked, before);
});
