import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Typing } from '../../main/webapp/client/typing.js';
import { connectedWorld, TRANSPORTS } from './support/world.js';

async function typingWorld(options) {
  const made = await connectedWorld(options);
  const said = [];
  made.server.onCommand = ({ type, typing }) => (type === 'typing' ? (said.push(typing), null) : undefined);
  made.server.onRequest = ({ path, body }) => path.endsWith('/typing') && (said.push(body.typing), { status: 204 });
  const typing = new Typing(made.parley, 'room:lobby');
  await made.clock.advance(1_000);
  return { ...made, typing, said };
}

const push = (id, typing) => ({ type: 'typing', channel: 'room:lobby', user: { id }, typing });
const ids = (typing) => typing.people.map(({ id }) => id);

for (const transport of TRANSPORTS) {
  test(`${transport}: however many keys are pressed, it is said at once and again every three seconds`, async () => {
    const { clock, typing, said } = await typingWorld({ transport });
    typing.input();
    await clock.advance(50);
    assert.deepEqual(said, [true]);
    for (let key = 0; key < 59; key++) {
      await clock.advance(100);
      typing.input();
    }
    await clock.advance(50);
    assert.deepEqual(said, [true, true]);
  });
}

test('who pauses is said to have stopped, once', async () => {
  const { clock, typing, said } = await typingWorld();
  typing.input();
  await clock.advance(20_000);
  typing.stop();
  await clock.advance(1_000);
  assert.deepEqual(said, [true, false]);
});

test('who has said nothing has nothing to take back', async () => {
  const { clock, typing, said } = await typingWorld();
  typing.stop();
  typing.close();
  await clock.advance(1_000);
  assert.deepEqual(said, []);
});

test('typing on after a stop is said at once', async () => {
  const { clock, typing, said } = await typingWorld();
  typing.input();
  typing.stop();
  typing.input();
  await clock.advance(50);
  assert.deepEqual(said, [true, false, true]);
});

test('the next key after one\'s own message is said at once', async () => {
  const { clock, server, typing, said } = await typingWorld();
  typing.input();
  await clock.advance(50);
  server.publish('room:lobby', 'there', { user: server.user });
  await clock.advance(50);
  typing.input();
  await clock.advance(50);
  assert.deepEqual(said, [true, true]);
});

test('what could not be said for want of a connection is said with the next key', async () => {
  const { clock, server, parley, typing, said } = await typingWorld();
  server.down = true;
  server.cut();
  await clock.advance(100);
  server.down = false;
  for (let step = 0; parley.state !== 'connected' && step < 1_000; step++) {
    typing.input();
    await clock.advance(10);
  }
  typing.input();
  await clock.advance(50);
  assert.deepEqual(said, [true]);
});

test('others are shown until they stop', async () => {
  const { clock, server, typing } = await typingWorld();
  const changes = [];
  typing.on('change', (people) => changes.push(people.map(({ id }) => id).join()));
  for (const said of [push('ben', true), push('cleo', true), push('ben', true), push('ben', false)]) server.tell(said);
  await clock.advance(50);
  assert.deepEqual(changes, ['ben', 'ben,cleo', 'cleo']);
});

test('of whom nothing more is heard, the indicator goes after six seconds', async () => {
  const { clock, server, typing } = await typingWorld();
  server.tell(push('ben', true));
  await clock.advance(4_000);
  server.tell(push('ben', true));
  await clock.advance(5_900);
  assert.deepEqual(ids(typing), ['ben']);
  await clock.advance(200);
  assert.deepEqual(ids(typing), []);
});

test('a message is the end of typing it', async () => {
  const { clock, server, typing } = await typingWorld();
  server.tell(push('ben', true));
  server.publish('room:lobby', 'there', { user: 'ben' });
  await clock.advance(50);
  assert.deepEqual(ids(typing), []);
});

test('a poll asks for it only where somebody wants to know', async () => {
  const { clock, server, parley } = await connectedWorld({ transport: 'long-polling' });
  const asked = () => server.requests.filter(({ url }) => url.searchParams.has('typing')).length;
  await clock.advance(30_000);
  assert.equal(asked(), 0);
  new Typing(parley, 'room:lobby');
  await clock.advance(1_000);
  assert.ok(asked() > 0);
});

test('without a connection nothing is said, and nothing fails', async () => {
  const { clock, server, typing, said, told } = await typingWorld();
  server.down = true;
  server.cut();
  await clock.advance(1_000);
  typing.input();
  await clock.advance(10_000);
  assert.deepEqual([said, told.errors], [[], []]);
});

test('closed, it shows nobody and says nothing more', async () => {
  const { clock, server, typing, said } = await typingWorld();
  server.tell(push('ben', true));
  await clock.advance(50);
  typing.input();
  typing.close();
  server.tell(push('cleo', true));
  await clock.advance(10_000);
  assert.deepEqual([ids(typing), said], [[], [true, false]]);
});
