import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offsets, randomOf, TRANSPORTS, upTo, world } from './support/world.js';

const RUNS = Number(process.env.RUNS ?? 40);
const STEPS = 120;
const CHANNELS = ['room:a', 'room:b', 'user:ana'];
const CLOSE_CODES = [1001, 1006, 1011, 4100, 4102, 4201, 4202, 4203];

/** What may follow a state. */
const CONNECTION = { disconnected: ['connecting'], connecting: ['connecting', 'connected', 'disconnected'], connected: ['connecting', 'disconnected'] };
const SUBSCRIPTION = { unsubscribed: ['subscribing'], subscribing: ['subscribed', 'unsubscribed'], subscribed: ['subscribing', 'unsubscribed'] };

/** What may happen to a client, each with its weight. */
const EVENTS = [
  [30, ({ server, channel, count }) => server.publish(channel, ++count.published, { user: 'ben' })],
  [15, ({ parley, channel, count }) => count.answers.push(parley.publish(channel, `mine ${++count.mine}`))],
  [8, ({ parley, random }) => parley.useTransport(TRANSPORTS[Math.floor(random() * 4)])],
  [8, ({ server }) => server.cut()],
  [5, ({ server, random }) => server.cut(CLOSE_CODES[Math.floor(random() * CLOSE_CODES.length)])],
  [3, ({ server, clock }) => { server.down = true; server.cut(); clock.setTimeout(() => (server.down = false), 3_000); }],
  [4, ({ wake }) => wake()],
  [4, ({ parley, clock }) => { closeKeeping(parley); clock.setTimeout(() => parley.connect(), 500); }],
  [4, ({ subscriptions, clock }) => { subscriptions[0].unsubscribe(); clock.setTimeout(() => subscriptions[0].subscribe(), 400); }],
  [3, ({ server }) => (server.recoverLimit = server.recoverLimit === 300 ? 2 : 300)],
  [3, ({ server, random }) => (server.onPublish = random() < 0.5 ? hesitant(random) : () => undefined)],
  [3, ({ server, random }) => (server.loses = random() < 0.5 ? () => random() < 0.2 : () => false)],
];

test(`${RUNS} lives of ${STEPS} random events: legal states, one connection, every message once and in order`, async () => {
  for (const seed of upTo(RUNS)) await live(seed).catch((error) => assert.fail(`seed ${seed}: ${error.stack}`));
});

async function live(seed) {
  const random = randomOf(seed * 7_919);
  const made = world({ seed, transport: TRANSPORTS[seed % 4], backoff: { min: 20, first: 100, max: 500 } });
  const { clock, server, parley, told } = made;
  const illegal = watch(parley);
  const subscriptions = CHANNELS.slice(0, 2).map((channel) => parley.subscribe(channel));
  const count = { published: 0, mine: 0, answers: [] };
  parley.connect();
  await clock.advance(500);
  for (let step = 0; step < STEPS; step++) {
    const channel = CHANNELS[Math.floor(random() * CHANNELS.length)];
    choose(random)({ ...made, random, channel, count, subscriptions });
    count.answers.at(-1)?.catch(() => {});
    await clock.advance(random() < 0.5 ? Math.floor(random() * 12) : Math.floor(random() * 400));
    assert.ok(server.sockets.length + server.streams.length <= 1, 'more than one connection');
  }
  await calm(made);
  assert.deepEqual(illegal, []);
  assert.equal(parley.state, 'connected');
  assert.deepEqual(subscriptions.map(({ state }) => state), ['subscribed', 'subscribed']);
  for (const channel of CHANNELS) assert.deepEqual(offsets(told.messages, channel), offsets(server.log(channel), channel), channel);
  await judgePublishes(server, count);
}

/** The weather clears up: everything that was under way comes to its end. */
async function calm({ clock, server }) {
  Object.assign(server, { onPublish: () => undefined, loses: () => false, down: false, recoverLimit: 300 });
  await clock.advance(5_000);
  for (const channel of CHANNELS) server.publish(channel, 'the last one', { user: 'ben' });
  await clock.advance(90_000);
}

/** Every answer names a message that is stored, once, and those that were given up are stored at most once. */
async function judgePublishes(server, { answers, mine }) {
  const settled = await Promise.allSettled(answers);
  const stored = CHANNELS.flatMap((channel) => server.log(channel)).map(({ data }) => data).filter((data) => String(data).startsWith('mine'));
  assert.equal(new Set(stored).size, stored.length, 'something was stored twice');
  const given = settled.filter(({ status }) => status === 'rejected').length;
  assert.ok(stored.length >= mine - given, 'something acknowledged was not stored');
}

/** Notes every change of state that may not be. */
function watch(parley) {
  const illegal = [];
  let state = 'disconnected';
  parley.on('state', (change) => {
    if (!CONNECTION[state].includes(change.state)) illegal.push(`${state} → ${change.state}`);
    state = change.state;
  });
  const states = new Map();
  parley.on('subscription', ({ channel, state: next }) => {
    const last = states.get(channel) ?? 'unsubscribed';
    if (!SUBSCRIPTION[last].includes(next)) illegal.push(`${channel}: ${last} → ${next}`);
    states.set(channel, next);
  });
  return illegal;
}

function choose(random) {
  let left = random() * EVENTS.reduce((sum, [weight]) => sum + weight, 0);
  return EVENTS.find(([weight]) => (left -= weight) < 0)[1];
}

function closeKeeping(parley) {
  if (parley.state !== 'disconnected') parley.close();
}

function hesitant(random) {
  return () => {
    const chance = random();
    if (chance < 0.2) return { code: 'unavailable', retryable: true, retryAfterMs: 100 };
    return chance < 0.3 ? 'lose the answer' : undefined;
  };
}
