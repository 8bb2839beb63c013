/**
 * The client as it is built, against a real server: the same expectations on each transport, from C-03, K-01 and K-02 to E-02.
 * JavaScriptClientST starts the server. By hand, against one in development mode:
 *
 * PARLEY_URL=http://localhost:8080/parley/ node --experimental-eventsource --test src/test/js/live/transports.test.js
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Notifications } from '../../../../target/client/notifications.js';
import { presenceIn } from '../../../../target/client/presence.js';
import { listen, newRoom, newUser, person, SERVER, tokenOf, when, within } from './support/people.js';

const TRANSPORTS = ['websocket', 'sse', 'long-polling', 'short-polling'];
const upTo = (n) => Array.from({ length: n }, (_, index) => index + 1);
const offsets = (messages) => messages.map(({ offset }) => offset);

/** What a parser of events, of lines or of JSON could take for something else. */
const ODD = [
  '\uFEFFa byte order mark, and one within: \uFEFF',
  'two\n\nlines, \r\n three, \r four',
  'data: x\n\nevent: y\nid: \nretry: 1\n\n: comment',
  '\u2028\u2029 \u0085 \u200B',
  ' leading and trailing ',
  '',
  '😀 \u{10FFFF} ﷽',
  '<img src=x onerror=alert(1)>',
  { 'data: ': [null, true, 0, -1.5e300, 9007199254740991], '': {} },
];
/** Names of events that mean something to an EventSource. */
const EVENTS = ['message', 'error', 'open', 'connected', 'close', 'retry'];

describe('every transport', { concurrency: true }, () => {
  for (const transport of TRANSPORTS) describe(transport, { concurrency: true }, () => {
    /** Seen to fail with another transport forced in the client. */
    test('it is this transport that is used, as the user whose token it is', async (context) => {
      const { parley, user } = await person(context, { transport, user: newUser('ann') });
      assert.deepEqual([parley.state, parley.transport], ['connected', transport]);
      if (transport === 'websocket' || transport === 'sse') assert.equal(parley.info.user.id, user);
    });

    /** Seen to fail over SSE and long polling when the client hands on what it knows already. */
    test('what is published comes once and in order, to oneself and to others', async (context) => {
      const [ann, ben] = await two(context, transport);
      const room = newRoom();
      const heard = await Promise.all([ann, ben].map(({ parley }) => listen(parley, room)));
      const answers = await within(Promise.all(upTo(40).map((n) => ann.parley.publish(room, n, { event: 'count' }))), 'answers');
      await Promise.all(heard.map(({ until }) => until(40)));
      for (const { data, messages, duplicates } of heard) {
        assert.deepEqual(data(), upTo(40));
        assert.deepEqual(offsets(messages), upTo(40));
        assert.deepEqual(messages.map(({ messageId }) => messageId), answers.map(({ messageId }) => messageId));
        assert.ok(messages.every(({ event, user }) => event === 'count' && user.id === ann.user));
        // Over HTTP, two streams or polls may bring the same for a moment; nobody is told twice.
        if (transport === 'websocket') assert.equal(duplicates, 0);
      }
    });

    /** Seen to fail when a client forgets its positions with its connection. */
    test('what was missed behind a cut line comes once and in order', async (context) => {
      const [ann, ben] = await two(context, transport);
      const room = newRoom();
      const heard = await listen(ben.parley, room);
      await ann.parley.publish(room, 1);
      await heard.until(1);
      const before = heard.recovered;
      ben.link.cut();
      await when(ben.parley, 'state', () => ben.parley.state !== 'connected', 'the cut is noticed');
      for (const n of upTo(20).slice(1)) await ann.parley.publish(room, n);
      ben.link.mend();
      await heard.until(20);
      await ann.parley.publish(room, 21);
      await heard.until(21);
      assert.deepEqual(heard.data(), upTo(21));
      assert.deepEqual(heard.messages.slice(1, 20).map(({ via }) => via), Array(19).fill('recovery'));
      assert.deepEqual([heard.recovered - before, heard.reloads], [19, 0]);
    });

    /** K-02. Seen to fail when what waits is sent all at once, but over a WebSocket, which keeps the order. */
    test('what is published without a connection is stored once and in order when there is one', async (context) => {
      const ann = await person(context, { transport, queueLimit: 200 });
      const room = newRoom();
      ann.link.cut();
      await when(ann.parley, 'state', () => ann.parley.state !== 'connected', 'the cut is noticed');
      const answers = upTo(200).map((n) => ann.parley.publish(room, n));
      await assert.rejects(ann.parley.publish(room, 201), { name: 'ParleyError', code: 'queue_full' });
      assert.equal(ann.parley.pending, 200);
      ann.link.mend();
      assert.deepEqual(offsets(await within(Promise.all(answers), 'all are stored')), upTo(200));
      assert.deepEqual(await stored(ann.parley, room), upTo(200));
    });

    /** Seen to fail when it is not the caller's key that is sent. */
    test('the same key is stored once, and answered as the first time', async (context) => {
      const ann = await person(context, { transport });
      const room = newRoom();
      const heard = await listen(ann.parley, room);
      const first = await ann.parley.publish(room, 'once', { key: 'k1' });
      const again = await ann.parley.publish(room, 'once', { key: 'k1' });
      await assert.rejects(ann.parley.publish(room, 'another', { key: 'k1' }), { code: 'conflict', message: /^key:/ });
      await ann.parley.publish(room, 'end');
      await heard.until(2);
      assert.deepEqual([first.duplicate, again.duplicate], [undefined, true]);
      assert.deepEqual([again.messageId, again.offset], [first.messageId, first.offset]);
      assert.deepEqual(heard.data(), ['once', 'end']);
    });

    /** Seen to fail over SSE when every stream that is ahead is taken for a recovery. */
    test('history comes in pages, and before what is live', async (context) => {
      const ann = await person(context, { transport });
      const room = newRoom();
      for (const n of upTo(12)) await ann.parley.publish(room, n);
      const heard = await listen(ann.parley, room, { history: 5 });
      await ann.parley.publish(room, 13);
      await heard.until(6);
      assert.deepEqual(heard.data(), [8, 9, 10, 11, 12, 13]);
      assert.deepEqual(heard.messages.map(({ via }) => via), [...Array(5).fill('history'), 'live']);
      const newest = await ann.parley.history(room, { limit: 5 });
      const before = await ann.parley.history(room, { limit: 5, before: newest.next });
      const after = await ann.parley.history(room, { limit: 5, after: 2 });
      assert.deepEqual([newest, before, after].map(({ messages }) => offsets(messages)), [[13, 12, 11, 10, 9], [8, 7, 6, 5, 4], [3, 4, 5, 6, 7]]);
    });

    /** Seen to fail when the client does not know the word for leaving. */
    test('who comes and goes is told', async (context) => {
      const room = newRoom();
      const ann = await person(context, { transport });
      const presence = presenceIn(ann.parley, room);
      await when(presence, 'change', () => presence.current && presence.get(ann.user), 'ann sees herself');
      const ben = await person(context, { transport, user: newUser('ben') });
      await listen(ben.parley, room);
      await when(presence, 'change', () => presence.get(ben.user), 'ben has come');
      assert.deepEqual(presence.people.map(({ id }) => id).sort(), [ann.user, ben.user].sort());
      ben.parley.close();
      await when(presence, 'change', () => presence.current && !presence.get(ben.user), 'ben has gone');
      assert.deepEqual(presence.people.map(({ id }) => id), [ann.user]);
    });

    test('a notification is pushed once and counted, and is read on all devices', async (context) => {
      const user = newUser('ann');
      const [phone, desk] = await Promise.all([1, 2].map(() => person(context, { transport, user })));
      const inboxes = [phone, desk].map(({ parley }) => new Notifications(parley));
      const told = inboxes.map(() => []);
      inboxes.forEach((inbox, index) => inbox.on('notification', ({ kind }) => told[index].push(kind)));
      await Promise.all(inboxes.map((inbox) => when(inbox, 'change', () => inbox.loaded, 'the inbox is there')));
      await notify({ users: [user], kind: 'order-completed', data: { order: 4711 } });
      await Promise.all(inboxes.map((inbox) => when(inbox, 'change', () => inbox.unread === 1, 'one is unread')));
      assert.deepEqual(told, [['order-completed'], ['order-completed']]);
      await inboxes[0].markRead(inboxes[0].list[0].id);
      await when(inboxes[1], 'change', () => inboxes[1].unread === 0, 'it is read on the other device');
      for (const inbox of inboxes) inbox.close();
    });

    /** Seen to fail over HTTP when the client sends a key that no header carries. */
    test('an error names the field', async (context) => {
      const ann = await person(context, { transport });
      const room = newRoom();
      const refused = (promise, code, message) => assert.rejects(promise, { name: 'ParleyError', code, retryable: false, message });
      await refused(ann.parley.publish(room, 1, { key: 'ö' }), 'bad_request', /key/);
      await refused(ann.parley.publish(room, 1, { event: 'x'.repeat(1_000) }), 'bad_request', /event/);
      await refused(ann.parley.publish('room:ö', 1), 'bad_request', /channel/);
      await refused(ann.parley.history(room, { limit: 0 }), 'bad_request', /limit/);
      await refused(ann.parley.publish('nowhere:x', 1), 'not_found', /./);
      await refused(ann.parley.publish(`user:${ann.user}`, 1), 'forbidden', /./);
      const subscription = ann.parley.subscribe('nowhere:x');
      await when(subscription, 'state', () => subscription.state === 'unsubscribed', 'the channel is refused');
      assert.deepEqual(ann.errors.map(({ code }) => code), ['not_found']);
      await ann.parley.publish(room, 'the connection goes on');
    });

    /** Seen to fail when no token is renewed. */
    test('a token that ends is replaced without anybody noticing', async (context) => {
      const user = newUser('ann');
      let asked = 0;
      const getToken = () => tokenOf({ user, expiresIn: asked++ === 0 ? 3 : 3_600 });
      const ann = await person(context, { transport, user, getToken });
      const states = [];
      ann.parley.on('state', ({ state }) => states.push(state));
      const room = newRoom();
      const heard = await listen(ann.parley, room);
      for (const n of upTo(8)) {
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        await ann.parley.publish(room, n);
      }
      await heard.until(8);
      assert.deepEqual(heard.data(), upTo(8));
      assert.equal(asked, 2);
      assert.deepEqual([states.filter((state) => state === 'disconnected'), ann.errors], [[], []]);
      if (transport === 'websocket') assert.deepEqual(states, []);
    });

    /** E-02. Seen to fail over SSE when events are named after the application's. */
    test('whatever is in a message comes as it was written', async (context) => {
      const ann = await person(context, { transport });
      const room = newRoom();
      const heard = await listen(ann.parley, room);
      for (const data of ODD) await ann.parley.publish(room, data);
      for (const event of EVENTS) await ann.parley.publish(room, event, { event });
      await heard.until(ODD.length + EVENTS.length);
      assert.deepEqual(heard.data(), [...ODD, ...EVENTS]);
      assert.deepEqual(heard.messages.slice(ODD.length).map(({ event }) => event ?? 'message'), EVENTS);
    });

    /** C-03. Seen to fail with waits of the same length for all, but over short polling. */
    test('fifty that are cut at once come back within a minute, and miss nothing', async (context) => {
      const room = newRoom();
      const many = await Promise.all(upTo(50).map((n) => person(context, { transport, user: newUser(`u${n}`) })));
      const heard = await Promise.all(many.map(({ parley }) => listen(parley, room)));
      for (const { link } of many) link.cut();
      await Promise.all(many.map(({ parley }) => when(parley, 'state', () => parley.state !== 'connected', 'the cut is noticed')));
      const back = [];
      for (const { parley } of many) parley.on('state', ({ state }) => state === 'connected' && back.push(performance.now()));
      const ann = await person(context, { transport: 'websocket' });
      await ann.parley.publish(room, 'while nobody was there');
      for (const { link } of many) link.mend();
      await Promise.all(heard.map(({ until }) => until(1)));
      assert.ok(heard.every(({ messages }) => messages.length === 1));
      assert.ok(Math.max(...back) - Math.min(...back) > 500, 'all came back at the same moment');
    });
  });
});

/** K-01. Seen to fail when a change of transport forgets the positions. */
test('one session over all four, changed under load, hears everything once and in order', async (context) => {
  const room = newRoom();
  const ann = await person(context, { transport: 'websocket' });
  const ben = await person(context, { transport: 'websocket', user: newUser('ben') });
  const heard = await listen(ben.parley, room);
  const used = [];
  ben.parley.on('transport', ({ transport }) => used.push(transport));
  const answers = [];
  for (const n of upTo(160)) {
    answers.push(ann.parley.publish(room, n), ben.parley.publish(room, -n));
    if (n % 20 !== 0) continue;
    const next = TRANSPORTS[(n / 20) % TRANSPORTS.length];
    ben.parley.useTransport(next);
    const isThere = () => ben.parley.state === 'connected' && ben.parley.transport === next;
    await when(ben.parley, 'state', isThere, `connected over ${next}`);
  }
  await within(Promise.all(answers), 'all are stored');
  await heard.until(320);
  assert.deepEqual(offsets(heard.messages), upTo(320));
  assert.deepEqual(heard.data().filter((n) => n > 0), upTo(160));
  assert.deepEqual(heard.data().filter((n) => n < 0), upTo(160).map((n) => -n));
  assert.deepEqual([...new Set(used)].sort(), [...TRANSPORTS].sort());
  assert.equal(heard.reloads, 0);
});

/** Without an EventSource, as in most of Node.js, it does without that transport. */
test('automatic: the first transport that works is taken', async (context) => {
  const { parley } = await person(context, { transport: 'auto' });
  assert.equal(parley.transport, 'websocket');
  const bare = await person(context, { transport: 'auto', platform: { WebSocket: undefined, EventSource: undefined } });
  assert.equal(bare.parley.transport, 'long-polling');
});

async function two(context, transport) {
  return [await person(context, { transport }), await person(context, { transport, user: newUser('ben') })];
}

/** All that is stored, oldest first. */
async function stored(parley, channel) {
  const all = [];
  let after = 0;
  do {
    const page = await parley.history(channel, { after, limit: 100 });
    all.push(...page.messages.map(({ data }) => data));
    after = page.next;
  } while (after !== undefined);
  return all;
}

async function notify(body) {
  const token = await tokenOf({ user: 'shop', roles: ['publisher'] });
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}`, 'Idempotency-Key': newUser('n') };
  const answer = await fetch(new URL('api/v1/notifications', SERVER), { method: 'POST', headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 201, await answer.text());
}
