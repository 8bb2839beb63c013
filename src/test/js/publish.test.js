import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectedWorld, TRANSPORTS, upTo, world } from './support/world.js';

const stored = (server) => server.log('room:lobby').map(({ data }) => data);

for (const transport of TRANSPORTS) {
  test(`${transport}: what is published is stored once, answered, and comes back`, async () => {
    const { clock, server, parley, told } = await connectedWorld({ transport });
    const answer = parley.publish('room:lobby', { text: 'hello' }, { event: 'greeting' });
    await clock.advance(1_000);
    const { messageId, epoch, offset } = await answer;
    assert.deepEqual({ messageId, epoch, offset }, { messageId: 'room:lobby/1', epoch: 'e1', offset: 1 });
    assert.equal(server.log('room:lobby')[0].event, 'greeting');
    assert.deepEqual(told.messages.map(({ data }) => data), [{ text: 'hello' }]);
  });

  test(`${transport}: a burst keeps its order`, async () => {
    const { clock, server, parley } = await connectedWorld({ transport });
    const answers = upTo(50).map((number) => parley.publish('room:lobby', number));
    await clock.advance(5_000);
    assert.deepEqual((await Promise.all(answers)).map(({ offset }) => offset), upTo(50));
    assert.deepEqual(stored(server), upTo(50));
  });
}

for (const transport of TRANSPORTS.filter((name) => name !== 'websocket')) {
  test(`${transport}: a key that no header can carry is refused as the server would`, async () => {
    const { clock, server, parley } = await connectedWorld({ transport });
    const refused = ['ö', '', 'k'.repeat(256)].map((key) => assert.rejects(parley.publish('room:lobby', 1, { key }), { code: 'bad_request', message: /^key:/ }));
    await clock.advance(5_000);
    await Promise.all(refused);
    assert.deepEqual(stored(server), []);
    const next = parley.publish('room:lobby', 'the next one');
    await clock.advance(5_000);
    assert.equal((await next).offset, 1);
  });
}

test('an answer that got lost: the same key is sent again, and stored once', async () => {
  const { clock, server, parley } = await connectedWorld();
  let lost = 0;
  server.onPublish = () => (lost++ === 0 ? 'lose the answer' : undefined);
  const answer = parley.publish('room:lobby', 'once', { key: 'my-key' });
  await clock.advance(20_000);
  assert.equal((await answer).duplicate, true);
  assert.deepEqual(stored(server), ['once']);
  const sent = server.commands.filter(({ type }) => type === 'publish');
  assert.deepEqual(sent.map(({ key }) => key), ['my-key', 'my-key']);
});

test('begun on one transport and finished on another it keeps its key', async () => {
  const { clock, server, parley } = await connectedWorld();
  server.onPublish = () => 'lose the answer';
  const answer = parley.publish('room:lobby', 'once', { key: 'my-key' });
  await clock.advance(10);
  server.onPublish = () => undefined;
  parley.useTransport('long-polling');
  await clock.advance(1_000);
  await answer;
  assert.deepEqual(stored(server), ['once']);
  assert.equal(server.requests.find(({ method, body }) => method === 'POST' && body)?.headers['Idempotency-Key'], 'my-key');
});

test('what is written while nobody is there is sent in order when somebody is', async () => {
  const { clock, server, parley } = world();
  server.down = true;
  parley.connect();
  const answers = upTo(200).map((number) => parley.publish('room:lobby', number));
  await clock.advance(600_000);
  assert.equal(parley.pending, 200);
  server.down = false;
  await clock.advance(60_000);
  await Promise.all(answers);
  assert.deepEqual(stored(server), upTo(200));
  assert.equal(parley.pending, 0);
});

test('one that fails for now holds up those behind it, so that the order stays', async () => {
  const { clock, server, parley } = await connectedWorld();
  let refusals = 0;
  server.onPublish = ({ data }) =>
    data === 1 && refusals++ < 3 ? { code: 'rate_limited', retryable: true, retryAfterMs: 2_000 } : undefined;
  const answers = upTo(3).map((number) => parley.publish('room:lobby', number));
  await clock.advance(5_900);
  assert.deepEqual(stored(server), []);
  await clock.advance(1_000);
  await Promise.all(answers);
  assert.deepEqual(stored(server), [1, 2, 3]);
});

test('one that is refused is told so and does not stop the next', async () => {
  const { clock, server, parley } = await connectedWorld();
  server.onPublish = ({ data }) => (data === 'bad' ? { code: 'forbidden', message: 'not here', retryable: false } : undefined);
  const refused = parley.publish('room:lobby', 'bad');
  const good = parley.publish('room:lobby', 'good');
  const told = assert.rejects(refused, { name: 'ParleyError', code: 'forbidden', retryable: false });
  await clock.advance(1_000);
  await told;
  assert.equal((await good).offset, 1);
});

test('a channel that is held up does not hold up another', async () => {
  const { clock, server, parley } = await connectedWorld();
  server.onPublish = ({ channel }) => (channel === 'room:slow' ? { code: 'unavailable', retryable: true, retryAfterMs: 60_000 } : undefined);
  parley.publish('room:slow', 1).catch(() => {});
  const good = parley.publish('room:lobby', 2);
  await clock.advance(1_000);
  assert.equal((await good).offset, 1);
});

test('the queue is bounded, and what is too large never leaves', async () => {
  const { parley } = world({ queueLimit: 2 });
  parley.publish('room:lobby', 1).catch(() => {});
  parley.publish('room:lobby', 2).catch(() => {});
  await assert.rejects(parley.publish('room:lobby', 3), { code: 'queue_full' });
  await assert.rejects(parley.publish('room:lobby', 'é'.repeat(60_000)), { code: 'too_large' });
});

test('what changes after it was published is not published changed', async () => {
  const { clock, server, parley } = await connectedWorld();
  const data = { text: 'as it was' };
  parley.publish('room:lobby', data);
  data.text = 'changed';
  await clock.advance(100);
  assert.deepEqual(stored(server), [{ text: 'as it was' }]);
});

test('closing gives back what was not answered', async () => {
  const { parley } = world();
  const answer = parley.publish('room:lobby', 1);
  parley.close();
  await assert.rejects(answer, { code: 'closed', retryable: true });
  assert.equal(parley.pending, 0);
});

test('the same text twice is two messages: each publish has a key of its own', async () => {
  const { clock, server, parley } = await connectedWorld();
  parley.publish('room:lobby', 'same');
  parley.publish('room:lobby', 'same');
  await clock.advance(1_000);
  assert.equal(server.log('room:lobby').length, 2);
});

test('what is published after a close is not forgotten for what was under way before it', async () => {
  const { clock, server, parley } = await connectedWorld({ transport: 'long-polling' });
  const before = parley.publish('room:lobby', 'before').catch(({ code }) => code);
  parley.close();
  const after = parley.publish('room:lobby', 'after');
  await clock.advance(100);
  parley.connect();
  await clock.advance(1_000);
  assert.deepEqual([await before, (await after).offset], ['closed', 2]);
  assert.deepEqual(stored(server), ['before', 'after']);
});
