import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as messages from '../../main/webapp/client/messages.js';
import { Rooms } from '../../main/webapp/client/rooms.js';
import { connectedWorld, TRANSPORTS, upTo, world } from './support/world.js';

/** Does something, and says what was asked of the server. */
async function asked(act, answer = { body: {} }) {
  const made = await connectedWorld();
  const requests = [];
  made.server.onRequest = ({ path, method, query, body, headers }) => {
    const { 'Idempotency-Key': key, 'If-Match': version } = headers;
    requests.push({ method, path, ...(Object.keys(query).length ? { query } : {}), ...(body ? { body } : {}), ...(key ? { key } : {}), ...(version ? { version } : {}) });
    return typeof answer === 'function' ? answer(requests.length) : answer;
  };
  const outcome = Promise.resolve(act(made.parley)).then((value) => ({ value }), (error) => ({ error }));
  await made.clock.advance(20_000);
  return { requests, ...(await outcome) };
}

const MESSAGE = 'channels/room:lobby/messages/m1';
const calls = [
  [(parley) => messages.updateMessage(parley, 'room:lobby', 'm1', 'new', { version: 4, key: 'k' }), { method: 'PATCH', path: MESSAGE, body: { data: 'new', version: 4 }, key: 'k' }],
  [(parley) => messages.deleteMessage(parley, 'room:lobby', 'm1', { version: 4 }), { method: 'DELETE', path: MESSAGE, version: '"4"' }],
  [(parley) => messages.deleteMessage(parley, 'room:lobby', 'm1'), { method: 'DELETE', path: MESSAGE }],
  [(parley) => messages.react(parley, 'room:lobby', 'm1', '👍'), { method: 'PUT', path: `${MESSAGE}/reactions/👍` }],
  [(parley) => messages.removeReaction(parley, 'room:lobby', 'm1', '+1'), { method: 'DELETE', path: `${MESSAGE}/reactions/+1` }],
  [(parley) => messages.readMessage(parley, 'room:lobby', 'm1'), { method: 'GET', path: MESSAGE }],
  [(parley) => messages.confirmMessage(parley, 'room:lobby', 'm1'), { method: 'PUT', path: `${MESSAGE}/confirmation` }],
  [(parley) => messages.confirmations(parley, 'room:lobby', 'm1', { after: 'bob' }), { method: 'GET', path: `${MESSAGE}/confirmations`, query: { after: 'bob' } }],
  [(parley) => new Rooms(parley).create('Team', 'private'), { method: 'POST', path: 'rooms', body: { name: 'Team', visibility: 'private' } }],
  [(parley) => new Rooms(parley).list({ member: true, limit: 5 }), { method: 'GET', path: 'rooms', query: { member: 'true', limit: '5' } }],
  [(parley) => new Rooms(parley).get('r1'), { method: 'GET', path: 'rooms/r1' }],
  [(parley) => new Rooms(parley).rename('r1', 'Crew'), { method: 'PATCH', path: 'rooms/r1', body: { name: 'Crew' } }],
  [(parley) => new Rooms(parley).archive('r1'), { method: 'PATCH', path: 'rooms/r1', body: { archived: true } }],
  [(parley) => new Rooms(parley).restore('r1'), { method: 'PATCH', path: 'rooms/r1', body: { archived: false } }],
  [(parley) => new Rooms(parley).members('r1', { cursor: 'c' }), { method: 'GET', path: 'rooms/r1/members', query: { cursor: 'c' } }],
  [(parley) => new Rooms(parley).putMember('r1', 'a|b', 'reader'), { method: 'PUT', path: 'rooms/r1/members/a|b', body: { role: 'reader' } }],
  [(parley) => new Rooms(parley).removeMember('r1', 'ben'), { method: 'DELETE', path: 'rooms/r1/members/ben' }],
  [(parley) => new Rooms(parley).conversations({ cursor: 'c' }), { method: 'GET', path: 'conversations', query: { cursor: 'c' } }],
];

for (const [act, request] of calls) {
  test(`asked for: ${request.method} ${request.path} ${JSON.stringify(request.body ?? request.version ?? '')}`, async () => {
    const { requests, error } = await asked(act);
    assert.equal(error, undefined);
    assert.deepEqual(requests, [request]);
  });
}

test('a change without an answer is sent again under its key', async () => {
  const answer = (count) => (count === 1 ? { status: 503, body: { code: 'unavailable', retryable: true } } : { body: { offset: 7 } });
  const { requests, value } = await asked((parley) => messages.updateMessage(parley, 'room:lobby', 'm1', 'new'), answer);
  assert.equal(value.offset, 7);
  assert.equal(requests.length, 2);
  assert.ok(requests[0].key && requests[0].key === requests[1].key);
});

test('a change that is refused is not', async () => {
  const refusal = { status: 412, body: { code: 'precondition_failed', retryable: false } };
  const { requests, error } = await asked((parley) => messages.updateMessage(parley, 'room:lobby', 'm1', 'new', { version: 1 }), refusal);
  assert.deepEqual([error.code, requests.length], ['precondition_failed', 1]);
});

test('what is to be confirmed is told at once and with each connection', async () => {
  const { clock, server, parley } = world();
  server.onRequest = ({ path }) => path === 'confirmations' && { body: { messages: [{ messageId: 'm1' }] } };
  const told = [];
  messages.onUnconfirmed(parley, (list) => told.push(list.map(({ messageId }) => messageId)));
  parley.connect();
  await clock.advance(100);
  server.sockets[0].push({ type: 'unconfirmed', messages: [{ messageId: 'm2' }] });
  await clock.advance(50);
  assert.deepEqual(told, [['m1'], ['m2']]);
});

test('a push about a channel that is not subscribed is the client\'s', async () => {
  const { clock, server, parley } = await connectedWorld();
  const pushes = [];
  parley.on('push', ({ type, channel }) => pushes.push([type, channel]));
  server.sockets[0].push({ type: 'confirmation', channel: 'room:other', messageId: 'm1', user: { id: 'ben' } });
  await clock.advance(50);
  assert.deepEqual(pushes, [['confirmation', 'room:other']]);
});

test('a conversation is named after the other one, whatever their id has in it', () => {
  assert.equal(Rooms.direct('ben'), 'direct:ben');
  assert.equal(Rooms.direct('auth0|5f7c'), 'direct:auth0~7C5f7c');
  assert.equal(Rooms.direct('a~ü'), 'direct:a~7E~C3~BC');
});

for (const transport of TRANSPORTS) {
  test(`${transport}: what a message answers, mentions and asks for goes with it`, async () => {
    const { clock, server, parley } = await connectedWorld({ transport });
    const published = parley.publish('room:lobby', 'hello', { replyTo: 'm1', mentions: ['ben'], confirm: true, key: 'k' });
    await clock.advance(1_000);
    await published;
    const sent = server.commands.find(({ type }) => type === 'publish') ?? server.requests.find(({ method, body }) => method === 'POST' && body).body;
    const { replyTo, mentions, confirm } = sent;
    assert.deepEqual({ replyTo, mentions, confirm }, { replyTo: 'm1', mentions: ['ben'], confirm: true });
  });

  test(`${transport}: a last entry that is a change is no reason to load the state again`, async () => {
    const { clock, server, parley, told } = await connectedWorld({ transport });
    const reacted = () => server.publish('room:other', { messageId: 'room:other/1', offset: 1 }, { event: 'message-reaction' });
    server.publish('room:other', 1);
    reacted();
    const subscription = parley.subscribe('room:other', { recover: { epoch: 'e1', offset: 2 } });
    await clock.advance(2_000);
    reacted();
    await clock.advance(30_000);
    assert.deepEqual([subscription.state, told.messages.map(({ offset }) => offset), told.reloads], ['subscribed', [3], []]);
  });

  test(`${transport}: a log that is shorter than it was is one`, async () => {
    const { clock, server, parley, told } = await connectedWorld({ transport });
    for (const number of upTo(3)) server.publish('room:other', number);
    parley.subscribe('room:other', { recover: { epoch: 'e1', offset: 7 } });
    await clock.advance(5_000);
    assert.equal(told.reloads.length, 1);
  });
}
