import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepQueue } from '../../main/webapp/client/kept-queue.js';
import { MessageStore } from '../../main/webapp/client/message-store.js';
import { Timeline } from '../../main/webapp/client/timeline.js';
import { FakeBrowser, tokenOf } from './support/fake-browser.js';
import { FakeClock } from './support/fake-clock.js';
import { FakeServer } from './support/fake-server.js';
import { pageWorld } from './support/page-world.js';
import { connectedWorld } from './support/world.js';

const ROOM = 'room:lobby';

/** A connected client with a store; what it showed after each change is written down. */
async function storeWorld(options = {}) {
  const made = await connectedWorld(options);
  return { ...made, ...(await storeOf(made)) };
}

async function storeOf({ parley, clock }, options = {}) {
  const timeline = new Timeline(parley, ROOM);
  const store = new MessageStore(parley, timeline, options);
  const shown = [];
  store.on('change', ({ entries }) => shown.push(entries.map(({ state, data }) => `${data} ${state}`)));
  timeline.begin().catch(() => {});
  await clock.advance(100);
  return { timeline, store, shown };
}

const view = ({ entries }) => entries.map(({ state, data }) => `${data} ${state}`);

// Seen to fail: when `#waits` lets everything through.
test('a message is shown at once, and never twice until the server\'s version has taken its place', async () => {
  const { clock, server, store, shown } = await storeWorld();
  server.publish(ROOM, 'before', { user: 'ben' });
  await clock.advance(100);
  const id = store.send('hello');
  assert.deepEqual(view(store), ['before sent', 'hello sending']);
  await clock.advance(100);
  assert.deepEqual(view(store), ['before sent', 'hello sent']);
  assert.equal(store.entries[1].message.offset, 2);
  assert.equal(store.entries[1].id, id);
  for (const each of shown) assert.equal(each.filter((line) => line.startsWith('hello')).length <= 1, true, each.join());
});

// Seen to fail: when a local one is dropped with the answer.
test('with the answer before the push, the local one stays until the server\'s version is here', async () => {
  const { clock, server, store, shown } = await storeWorld();
  server.loses = () => true;
  const id = store.send('hello');
  await clock.advance(100);
  assert.deepEqual([view(store), store.entries[0].message], [['hello sent'], undefined]);
  server.loses = () => false;
  server.publish(ROOM, 'next', { user: 'ben' });
  await clock.advance(1_000);
  assert.deepEqual([view(store), store.entries[0].id, store.entries[0].message.offset], [['hello sent', 'next sent'], id, 1]);
  assert.deepEqual(shown.filter((each) => each.filter((line) => line.startsWith('hello')).length !== 1 && each.length > 0), []);
});

// Seen to fail: when contents are compared.
test('two of the same content are two, whoever has sent them', async () => {
  const { clock, server, store } = await storeWorld();
  server.onPublish = () => ({ code: 'unavailable', retryable: true, retryAfterMs: 1_000 });
  store.send('ok');
  store.send('ok');
  server.publish(ROOM, 'ok', { user: 'ben' });
  await clock.advance(200);
  assert.deepEqual(view(store), ['ok sent', 'ok sending', 'ok sending']);
  server.onPublish = () => undefined;
  await clock.advance(5_000);
  assert.deepEqual(store.entries.map(({ message }) => message?.offset), [1, 2, 3]);
});

test('what the server refuses has failed, can be sent again under its key, or be taken back', async () => {
  const { clock, server, store } = await storeWorld();
  const keys = [];
  server.onPublish = ({ key }) => {
    keys.push(key);
    return keys.length < 3 ? { code: 'forbidden', retryable: false } : undefined;
  };
  const id = store.send('hello');
  const other = store.send('other');
  await clock.advance(200);
  assert.deepEqual(view(store), ['hello failed', 'other failed']);
  assert.equal(store.entries[0].error.code, 'forbidden');
  assert.equal(store.discard(other).data, 'other');
  assert.equal(store.retry(id), true);
  assert.deepEqual(view(store), ['hello sending']);
  assert.deepEqual([store.retry(id), store.discard(id)], [false, null]);
  await clock.advance(200);
  assert.deepEqual([view(store), store.entries[0].message.offset], [['hello sent'], 1]);
  assert.equal(keys[0], keys[2]);
});

// Seen to fail: when `#waits` lets everything through.
test('over a lost connection the answer comes with the repetition, and nothing is there twice', async () => {
  const { clock, server, store, shown } = await storeWorld();
  server.onPublish = () => 'lose the answer';
  store.send('hello');
  await clock.advance(20);
  server.onPublish = () => undefined;
  await clock.advance(30_000);
  assert.deepEqual([view(store), server.log(ROOM).length], [['hello sent'], 1]);
  assert.equal(shown.every((each) => each.length <= 1), true);
});

// Seen to fail: when everything of one's own waits, and when it waits for what has failed.
test('what one has said elsewhere waits only behind what is on its way', async () => {
  const { clock, server, parley, store } = await storeWorld();
  const elsewhere = (data) => server.publish(ROOM, data, { user: parley.info.user.id });
  elsewhere('before');
  await clock.advance(100);
  let refusal = { code: 'unavailable', retryable: true, retryAfterMs: 1_000 };
  server.onPublish = () => refusal;
  store.send('here');
  elsewhere('behind');
  await clock.advance(100);
  assert.deepEqual(view(store), ['before sent', 'here sending']);
  refusal = { code: 'forbidden', retryable: false };
  await clock.advance(2_000);
  assert.deepEqual(view(store), ['before sent', 'behind sent', 'here failed']);
});

// Seen to fail: when the place of a message that the timeline has let go is not looked at.
test('what was trimmed from the timeline does not stay as a local one', async () => {
  const made = await connectedWorld();
  const timeline = new Timeline(made.parley, ROOM, { limit: 2 });
  const store = new MessageStore(made.parley, timeline);
  await Promise.all([timeline.begin(), made.clock.advance(100)]);
  made.server.onPublish = () => ({ code: 'unavailable', retryable: true, retryAfterMs: 1_000 });
  store.send('mine');
  await made.clock.advance(100);
  made.server.onPublish = ({ key }) => {
    made.server.publish(ROOM, 'mine', { key });
    for (let number = 1; number <= 3; number++) made.server.publish(ROOM, number, { user: 'ben' });
  };
  await made.clock.advance(5_000);
  assert.deepEqual(view(store), ['2 sent', '3 sent']);
});

// Seen to fail: when `send` has no limit.
test('more than 500 on their way are refused', async () => {
  const { store, parley } = await storeWorld();
  parley.close();
  for (let number = 1; number <= 500; number++) store.send(number);
  assert.throws(() => store.send('one more'), { code: 'queue_full' });
});

// Seen to fail: when the store does not ask what was restored before it was made.
test('what an earlier life of the page had on its way is shown, sent, and replaced', async () => {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  const browser = new FakeBrowser({ server });
  const getToken = () => tokenOf('ana');
  const first = pageWorld({ clock, server, page: browser.page(), getToken });
  keepQueue(first.parley);
  first.parley.publish(ROOM, 'kept').catch(() => {});
  await clock.advance(100);
  first.page.crash();
  const second = pageWorld({ clock, server, page: browser.page(), getToken });
  const kept = keepQueue(second.parley);
  await clock.advance(100);
  const { store } = await storeOf({ ...second, clock }, { kept });
  assert.deepEqual(view(store), ['kept sending']);
  second.parley.connect();
  await clock.advance(5_000);
  assert.deepEqual([view(store), server.log(ROOM).length], [['kept sent'], 1]);
});

// Seen to fail: when `discard` does not tell the queue.
test('what is discarded is not sent by the next life of the page', async () => {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  const browser = new FakeBrowser({ server });
  const { parley } = pageWorld({ clock, server, page: browser.page(), getToken: () => tokenOf('ana') });
  const kept = keepQueue(parley);
  const { store } = await storeOf({ parley, clock }, { kept });
  const id = store.send('never mind');
  await clock.advance(100);
  parley.close();
  await clock.advance(100);
  assert.deepEqual([view(store), browser.localStorage.names.length], [['never mind failed'], 1]);
  store.discard(id);
  assert.deepEqual([view(store), browser.localStorage.names], [[], []]);
});
