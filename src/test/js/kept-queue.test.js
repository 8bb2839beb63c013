import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepQueue } from '../../main/webapp/client/kept-queue.js';
import { FakeBrowser, tokenOf } from './support/fake-browser.js';
import { FakeClock } from './support/fake-clock.js';
import { FakeServer } from './support/fake-server.js';
import { pageWorld } from './support/page-world.js';

const ROOM = 'room:lobby';

/** A browser and a server; each life of a page is a Parley of its own that keeps its queue. */
function kept() {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  const browser = new FakeBrowser({ server });
  const live = ({ page = browser.page(), user = 'ana', storage = 'local', person, getToken = () => tokenOf(user), failed, ...options } = {}) => {
    const made = pageWorld({ clock, server, page, getToken, ...options });
    const queue = keepQueue(made.parley, { storage, person, failed });
    const restored = [];
    const errors = [];
    queue.on('restored', (each) => restored.push(each));
    queue.on('error', (error) => errors.push(error));
    return { ...made, queue, restored, errors, page };
  };
  return { clock, server, browser, live };
}

const stored = (server) => server.log(ROOM).map(({ data }) => data);

// Seen to fail: when `KeptQueue.#write` writes nothing.
test('what was published without a connection is sent by the next life of the page, once and in order', async () => {
  const { clock, server, browser, live } = kept();
  server.down = true;
  const first = live();
  first.parley.connect();
  for (let number = 1; number <= 200; number++) first.parley.publish(ROOM, number).catch(() => {});
  await clock.advance(600_000);
  first.page.crash();
  server.down = false;
  const second = live();
  second.parley.connect();
  await clock.advance(60_000);
  assert.deepEqual(stored(server), Array.from({ length: 200 }, (_, index) => index + 1));
  assert.equal(second.restored.length, 200);
  const answers = await Promise.all(second.restored.map(({ published }) => published));
  assert.deepEqual(answers.map(({ offset }) => offset), stored(server));
  assert.deepEqual([browser.localStorage.names, second.queue.restored.size, second.errors], [[], 0, []]);
});

// Seen to fail: when `#restore` publishes under a new key.
test('what the server had stored before the page ended is not stored again', async () => {
  const { clock, server, live } = kept();
  server.onPublish = () => 'lose the answer';
  const first = live();
  first.parley.connect();
  first.parley.publish(ROOM, 'once').catch(() => {});
  await clock.advance(300);
  first.page.crash();
  server.onPublish = () => undefined;
  assert.deepEqual(stored(server), ['once']);
  const second = live();
  second.parley.connect();
  await clock.advance(5_000);
  assert.deepEqual(stored(server), ['once']);
  assert.equal((await second.restored[0].published).duplicate, true);
});

// Seen to fail: when others are adopted without their lock.
test('a living tab sends its own; when it ends, the other one takes over', async () => {
  const { clock, server, live } = kept();
  const first = live();
  const second = live();
  first.parley.publish(ROOM, 'from the first').catch(() => {});
  await clock.advance(100);
  second.page.crash();
  const third = live();
  third.parley.connect();
  await clock.advance(5_000);
  assert.deepEqual([stored(server), third.restored.length], [[], 0]);
  first.page.crash();
  await clock.advance(5_000);
  assert.deepEqual([stored(server), third.restored.length], [['from the first'], 1]);
});

test('without locks two tabs may send the same, and it is stored once', async () => {
  const { clock, server, browser, live } = kept();
  const page = () => browser.page({ locks: false });
  server.down = true;
  const first = live({ page: page() });
  first.parley.connect();
  first.parley.publish(ROOM, 'twice sent').catch(() => {});
  await clock.advance(100);
  const second = live({ page: page() });
  second.parley.connect();
  await clock.advance(100);
  assert.equal(second.restored.length, 1);
  server.down = false;
  await clock.advance(60_000);
  assert.deepEqual([stored(server), browser.localStorage.names], [['twice sent'], []]);
  assert.equal(server.commands.filter(({ type }) => type === 'publish').length, 2);
});

// Seen to fail: when the person is left out of the items' names.
test('another person sends nothing of it, and drops nothing of it', async () => {
  const { clock, server, browser, live } = kept();
  const first = live();
  first.parley.publish(ROOM, "ana's").catch(() => {});
  await clock.advance(100);
  first.page.crash();
  const other = live({ user: 'ben' });
  other.parley.connect();
  await clock.advance(5_000);
  assert.deepEqual([stored(server), other.restored.length, browser.localStorage.names.length], [[], 0, 1]);
  const again = live();
  again.parley.connect();
  await clock.advance(5_000);
  assert.deepEqual(stored(server), ["ana's"]);
});

// Seen to fail: when what cannot be parsed is thrown.
test('what is broken or foreign is told and left alone, and costs nothing of the rest', async () => {
  const { clock, server, browser, live } = kept();
  const first = live();
  first.parley.publish(ROOM, 'good').catch(() => {});
  await clock.advance(100);
  first.page.crash();
  const [name] = browser.localStorage.names;
  const prefix = name.slice(0, name.lastIndexOf(' ') + 1);
  browser.localStorage.setItem(`${prefix}broken`, '{"v":1,');
  browser.localStorage.setItem(`${prefix}later`, JSON.stringify({ v: 2, publication: { key: 'later', channel: ROOM } }));
  browser.localStorage.setItem(`${prefix}renamed`, browser.localStorage.getItem(name));
  browser.localStorage.setItem('of the application', '{');
  const second = live();
  second.parley.connect();
  await clock.advance(5_000);
  assert.deepEqual(stored(server), ['good']);
  assert.deepEqual([...new Set(second.errors.map(({ code }) => code))], ['kept_unreadable']);
  assert.ok(['broken', 'later', 'renamed'].every((key) => second.errors.some(({ message }) => message.includes(prefix + key))));
  assert.equal(browser.localStorage.names.length, 4);
});

// Seen to fail: when `#write` swallows what is thrown.
test('a full storage is told once, and the message goes out all the same', async () => {
  const { clock, server, browser, live } = kept();
  browser.localStorage.room = 10;
  const { parley, errors } = live();
  parley.publish(ROOM, 1).catch(() => {});
  parley.publish(ROOM, 2).catch(() => {});
  await clock.advance(100);
  assert.deepEqual(errors.map(({ code }) => code), ['keep_failed']);
  assert.match(errors[0].message, /quota/);
  parley.connect();
  await clock.advance(5_000);
  assert.deepEqual(stored(server), [1, 2]);
});

// Seen to fail: when `KeptItems` has no limit.
test('more than a million characters are not kept, and that is told', async () => {
  const { clock, browser, live } = kept();
  const { parley, errors } = live();
  for (let number = 1; number <= 12; number++) parley.publish(ROOM, 'x'.repeat(100_000)).catch(() => {});
  await clock.advance(100);
  assert.deepEqual([browser.localStorage.names.length, errors.map(({ code }) => code)], [9, ['keep_failed']]);
});

test('a storage that is denied is told, and nothing else fails', async () => {
  const { clock, server, browser, live } = kept();
  const page = browser.page();
  page.extras.storage = () => { throw new DOMException('access is denied', 'SecurityError'); };
  const { parley, errors } = live({ page });
  parley.connect();
  const published = parley.publish(ROOM, 'hello');
  await clock.advance(1_000);
  assert.equal((await published).offset, 1);
  assert.deepEqual([stored(server), errors.map(({ code }) => code)], [['hello'], ['keep_failed']]);
});

// Seen to fail: when `TOO_LONG_MS` is not looked at.
test('what is so old that the server may have forgotten its key is given back', async () => {
  const { clock, server, browser, live } = kept();
  const first = live();
  first.parley.publish(ROOM, { text: 'old' }).catch(() => {});
  await clock.advance(100);
  first.page.crash();
  await clock.advance(24 * 3_600_000);
  const second = live();
  second.parley.connect();
  await clock.advance(5_000);
  assert.deepEqual([stored(server), second.restored[0].publication.data, browser.localStorage.names], [[], { text: 'old' }, []]);
  await assert.rejects(second.restored[0].published, { code: 'kept_too_long' });
});

// Seen to fail: when whatever is settled is forgotten.
test('what the server refuses is not kept, what `close` gives back is', async () => {
  const { clock, server, browser, live } = kept();
  server.onPublish = ({ data }) => (data === 'refused' ? { code: 'forbidden', retryable: false } : undefined);
  const { parley } = live();
  parley.connect();
  await clock.advance(1_000);
  await Promise.all([assert.rejects(parley.publish(ROOM, 'refused'), { code: 'forbidden' }), clock.advance(100)]);
  assert.deepEqual(browser.localStorage.names, []);
  const given = assert.rejects(parley.publish(ROOM, 'open'), { code: 'closed' });
  parley.close();
  await given;
  assert.equal(browser.localStorage.names.length, 1);
});

// Seen to fail: when `failed` is not looked at, neither with the answer nor with what is too old.
test('asked for, what has failed is kept as well, is tried again by the next life of the page, and can be forgotten', async () => {
  const { clock, server, browser, live } = kept();
  server.onPublish = ({ data }) => (data === 'fine' ? undefined : { code: 'forbidden', retryable: false });
  const first = live({ failed: true });
  first.parley.connect();
  for (const data of ['refused', 'fine', 'unwanted']) first.parley.publish(ROOM, data, { key: data }).catch(() => {});
  await clock.advance(1_000);
  assert.deepEqual(browser.localStorage.names.map((name) => name.split(' ').at(-1)), ['refused', 'unwanted']);
  first.queue.forget('unwanted');
  first.page.crash();
  await clock.advance(24 * 3_600_000);
  const second = live({ failed: true });
  await clock.advance(1_000);
  await assert.rejects(second.restored[0].published, { code: 'kept_too_long' });
  assert.deepEqual([second.restored.length, browser.localStorage.names.length], [1, 1]);
  server.onPublish = () => undefined;
  second.parley.publish(ROOM, 'refused', { key: 'refused' });
  second.parley.connect();
  await clock.advance(1_000);
  assert.deepEqual([stored(server), browser.localStorage.names], [['fine', 'refused'], []]);
});

test('the session storage is the tab\'s: after its reload it goes on, and no other tab sees it', async () => {
  const { clock, server, browser, live } = kept();
  const page = browser.page();
  const first = live({ page, storage: 'session' });
  first.parley.publish(ROOM, 'mine').catch(() => {});
  await clock.advance(100);
  const other = live({ storage: 'session' });
  other.parley.connect();
  await clock.advance(1_000);
  assert.deepEqual(stored(server), []);
  page.crash();
  const reloaded = browser.page();
  reloaded.sessionStorage = page.sessionStorage;
  live({ page: reloaded, storage: 'session' }).parley.connect();
  await clock.advance(5_000);
  assert.deepEqual(stored(server), ['mine']);
});

test('with a token that cannot be read the person has to be given', async () => {
  const { clock, browser, live } = kept();
  const unknown = live({ getToken: () => 'opaque' });
  unknown.parley.publish(ROOM, 1).catch(() => {});
  await clock.advance(100);
  assert.match(unknown.errors[0].message, /`person`/);
  const known = live({ getToken: () => 'opaque', person: 'ana' });
  known.parley.publish(ROOM, 2).catch(() => {});
  await clock.advance(100);
  assert.deepEqual([browser.localStorage.names.length, known.errors], [1, []]);
});

test('while there is no token nothing is kept; with the first connection it is', async () => {
  const { clock, server, browser, live } = kept();
  let token = '';
  server.onPublish = () => ({ code: 'unavailable', retryable: true, retryAfterMs: 60_000 });
  const { parley, errors } = live({ getToken: () => token || Promise.reject(new Error('offline')) });
  parley.connect();
  parley.publish(ROOM, 'early').catch(() => {});
  await clock.advance(100);
  assert.deepEqual(browser.localStorage.names, []);
  token = tokenOf('ana');
  await clock.advance(30_000);
  assert.deepEqual([parley.state, browser.localStorage.names.length, errors], ['connected', 1, []]);
});
