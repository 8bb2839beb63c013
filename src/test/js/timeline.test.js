import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Timeline } from '../../main/webapp/client/timeline.js';
import { connectedWorld, TRANSPORTS, upTo } from './support/world.js';

const LOBBY = 'room:lobby';

/** Changes a message as the server does: an entry behind it, and its present form in the history. */
function change(server, event, target, data = {}, user = 'ben') {
  const message = server.log(LOBBY)[target - 1];
  const { offset } = server.publish(LOBBY, { messageId: message.messageId, offset: target, ...data }, { user, event });
  const version = { version: offset, time: 'then' };
  if (event === 'message-updated') Object.assign(message, { data: data.data, edited: version });
  if (event === 'message-deleted') Object.assign(message, { data: null, deleted: version });
  if (event === 'message-reaction') Object.assign(message, { reactions: countOf(server, message), reactionsOffset: offset });
}

function countOf(server, { messageId }) {
  const there = new Map();
  for (const { event, data, user } of server.log(LOBBY)) {
    if (event !== 'message-reaction' || data.messageId !== messageId) continue;
    const users = (there.get(data.reaction) ?? []).filter(({ id }) => id !== user.id);
    there.set(data.reaction, data.removed ? users : [...users, user]);
  }
  return [...there].filter(([, users]) => users.length).map(([reaction, users]) => ({ reaction, count: users.length, users }));
}

async function timelineWorld({ said = 3, ...options } = {}) {
  const before = ({ server }) => upTo(said).forEach((number) => server.publish(LOBBY, number));
  const made = await connectedWorld({ before, ...options });
  const timeline = new Timeline(made.parley, LOBBY);
  const begun = timeline.begin();
  await made.clock.advance(1_000);
  await begun;
  return { ...made, timeline };
}

/** What one sees, as a fresh look at the history would show it. */
const seen = (messages) => messages.map(({ offset, data, deleted, edited, reactions = [] }) =>
  [offset, data, !!deleted, edited?.version, reactions.map(({ reaction, count, users }) => [reaction, count, users.map(({ id }) => id)])]);
const fresh = (server) => seen(server.history(LOBBY, {}).messages.reverse());
const data = (timeline) => timeline.messages.map((message) => message.data);

for (const transport of TRANSPORTS) {
  test(`${transport}: messages and changes, over a break too, come to what a fresh look shows`, async () => {
    const { clock, server, timeline } = await timelineWorld({ transport });
    change(server, 'message-updated', 1, { data: 'one' });
    change(server, 'message-reaction', 2, { reaction: '+1', removed: false });
    server.publish(LOBBY, 'new');
    await clock.advance(5_000);
    server.cut();
    change(server, 'message-updated', 1, { data: 'uno' });
    change(server, 'message-reaction', 2, { reaction: '+1', removed: false }, 'cleo');
    change(server, 'message-reaction', 2, { reaction: '+1', removed: true });
    change(server, 'message-deleted', 3);
    server.publish(LOBBY, 'newer');
    change(server, 'message-updated', 11, { data: 'newest' });
    await clock.advance(60_000);
    assert.deepEqual(data(timeline), ['uno', 2, null, 'new', 'newest']);
    assert.deepEqual(seen(timeline.messages), fresh(server));
  });
}

test('a change that a message has already is not counted again', async () => {
  const { clock, server, timeline } = await timelineWorld();
  change(server, 'message-reaction', 1, { reaction: '+1', removed: false });
  change(server, 'message-updated', 1, { data: 'one' });
  await clock.advance(50);
  const begun = timeline.begin();
  await clock.advance(50);
  await begun;
  assert.deepEqual(seen(timeline.messages), fresh(server));
  assert.equal(timeline.messages[0].reactions[0].count, 1);
});

test('a change that comes while a page is under way is in it', async () => {
  const { clock, server, timeline } = await timelineWorld({ said: 60 });
  assert.equal(timeline.messages.length, 50);
  const { answer } = server;
  server.answer = (request, respond, signal) => answer.call(server, request, (result) => {
    const before = structuredClone(result);
    change(server, 'message-updated', 5, { data: 'five' });
    change(server, 'message-reaction', 5, { reaction: '+1', removed: false });
    server.later(() => server.later(() => respond(before)));
  }, signal);
  const earlier = timeline.earlier();
  await clock.advance(200);
  await earlier;
  assert.deepEqual([timeline.messages.length, timeline.more], [60, false]);
  assert.deepEqual(seen(timeline.messages).slice(0, 10), fresh(server).slice(0, 10));
});

test('an older update that comes late does not replace a newer one', async () => {
  const { clock, server, timeline } = await timelineWorld();
  server.log(LOBBY)[0].edited = { version: 9, time: 'then' };
  server.log(LOBBY)[0].data = 'newest';
  const begun = timeline.begin();
  await clock.advance(50);
  await begun;
  server.publish(LOBBY, { messageId: 'room:lobby/1', offset: 1, data: 'older' }, { event: 'message-updated' });
  await clock.advance(50);
  assert.equal(data(timeline)[0], 'newest');
});

test('own reactions are known as such', async () => {
  const { clock, server, timeline } = await timelineWorld();
  const react = (removed, user) => change(server, 'message-reaction', 1, { reaction: '+1', removed }, user);
  react(false, 'ana');
  react(false, 'ben');
  await clock.advance(50);
  assert.deepEqual([timeline.messages[0].reactions[0].mine, timeline.messages[0].reactions[0].count], [true, 2]);
  react(true, 'ana');
  await clock.advance(50);
  assert.deepEqual([timeline.messages[0].reactions[0].mine, timeline.messages[0].reactions[0].count], [false, 1]);
});

test('a reaction that is not there cannot be taken away', async () => {
  const { clock, server, timeline } = await timelineWorld();
  server.publish(LOBBY, { messageId: 'room:lobby/1', offset: 1, reaction: '+1', removed: true }, { event: 'message-reaction' });
  await clock.advance(50);
  assert.deepEqual(timeline.messages[0].reactions, []);
});

test('of somebody who was erased nothing is kept, not even by a page that was read before', async () => {
  const { clock, server, timeline } = await timelineWorld({ said: 60 });
  server.publish(LOBBY, { user: 'ana' }, { event: 'person-erased' });
  await clock.advance(50);
  const earlier = timeline.earlier();
  await clock.advance(50);
  await earlier;
  assert.deepEqual(new Set(timeline.messages.map(({ event, user, data }) => `${event} ${user?.id} ${data}`)), new Set(['erased undefined null']));
});

test('where messages are missing for good it begins again', async () => {
  const { clock, server, timeline } = await timelineWorld();
  server.down = true;
  server.cut();
  for (const number of upTo(20)) server.publish(LOBBY, number);
  server.trim(LOBBY, 10);
  server.down = false;
  await clock.advance(60_000);
  assert.deepEqual(timeline.messages.map(({ offset }) => offset), upTo(23).slice(10));
});

test('earlier messages that a subscription brings are left to the history, which knows their reactions', async () => {
  const { clock, server, parley } = await connectedWorld();
  server.publish('room:other', 1);
  Object.assign(server.log('room:other')[0], { reactions: [{ reaction: '+1', count: 1, users: [] }], reactionsOffset: 1 });
  parley.subscribe('room:other', { history: 10 });
  const timeline = new Timeline(parley, 'room:other');
  await clock.advance(100);
  assert.equal(timeline.messages.length, 0);
  const begun = timeline.begin();
  await clock.advance(50);
  await begun;
  assert.equal(timeline.messages[0].reactions[0].count, 1);
});
