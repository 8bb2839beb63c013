import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Parley } from '../../main/webapp/client/parley.js';
import { FakeClock } from './support/fake-clock.js';
import { FakeServer } from './support/fake-server.js';
import { randomOf, TRANSPORTS, upTo } from './support/world.js';

const CLIENTS = 1_000;
const MOMENT_MS = 100;
/** Of all clients, in any moment, wherever it begins. */
const MOST = 0.05 * CLIENTS;
const ALL_BACK_MS = 60_000;
/** A node that is stopped tells its clients within this time, as DrainSchedule and DrainNode have it. */
const DRAIN_WINDOW_MS = 3_700;
const RECONNECT_MS = 1_000;

/** A thousand clients in one room, all connected, and from now on each of their tries is written down. */
async function herd({ transport = 'websocket', seed = 5, ...options } = {}) {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  const random = randomOf(seed);
  const wakers = new Set();
  const platform = { ...server.platform, random, newKey: () => 'key', onWake: (wake) => (wakers.add(wake), () => wakers.delete(wake)) };
  const made = upTo(CLIENTS).map(() => new Parley('http://parley.test/parley/', { getToken: () => 'token', transport, platform, ...options }));
  const heard = made.map(() => []);
  made.forEach((parley, index) => parley.subscribe('room:lobby').on('message', ({ offset }) => heard[index].push(offset)));
  for (const parley of made) parley.connect();
  await clock.advance(20_000);
  assert.equal(connected(made), CLIENTS);
  const tries = [];
  for (const parley of made) {
    parley.on('state', ({ state, transport: name }) => state === 'connecting' && name && tries.push(clock.now()));
  }
  return { clock, server, random, made, tries, heard, wakers };
}

function connected(made) {
  return made.filter(({ state }) => state === 'connected').length;
}

/** The most tries within 100 ms, wherever these begin. */
function peak(tries) {
  let first = 0;
  return tries.reduce((most, time, index) => {
    while (tries[first] <= time - MOMENT_MS) first++;
    return Math.max(most, index - first + 1);
  }, 0);
}

function assertNoPeak(tries, context) {
  context.diagnostic(`${tries.length} tries of ${CLIENTS} clients, ${peak(tries)} at most within ${MOMENT_MS} ms`);
  assert.ok(tries.length >= CLIENTS, `${tries.length} tries`);
  assert.ok(peak(tries) <= MOST, `${peak(tries)} within ${MOMENT_MS} ms`);
}

/** Short polls are left out: a thousand clients that ask twice a second take a minute of the build. */
for (const transport of TRANSPORTS.filter((name) => name !== 'short-polling')) {
  test(`${transport}: a thousand clients cut at once come back without a peak, and miss nothing`, async (context) => {
    const { clock, server, made, tries, heard } = await herd({ transport });
    server.down = true;
    server.cut();
    server.publish('room:lobby', 'while nobody was there');
    await clock.advance(1_000);
    server.down = false;
    await clock.advance(ALL_BACK_MS);
    assert.equal(connected(made), CLIENTS);
    assert.ok(heard.every((offsets) => offsets.length === 1 && offsets[0] === 1));
    assertNoPeak(tries, context);
  });
}

/** Seen to fail with a first window of 4 s: 5.6 % where first and second tries overlap. */
test('a server that is killed and is back after half a minute meets no wave', async (context) => {
  const { clock, server, made, tries } = await herd({ transport: 'auto', seed: 6 });
  server.down = true;
  server.cut();
  await clock.advance(30_000);
  server.down = false;
  await clock.advance(ALL_BACK_MS);
  assert.equal(connected(made), CLIENTS);
  assertNoPeak(tries, context);
});

/** Seen to fail with that, and when who was told and refused waits as who was cut: 7 % where the first tries of those who were told last meet the second ones of the others. */
test('a node that is stopped and started again: a share is told at a time, and there is no peak', async (context) => {
  const { clock, server, random, made, tries } = await herd({ seed: 7 });
  const told = [...server.sockets];
  server.websocketBlocked = true;
  const ticks = DRAIN_WINDOW_MS / MOMENT_MS;
  for (let tick = 0; tick < ticks; tick++) {
    for (const socket of told.splice(0, Math.ceil(told.length / (ticks - tick)))) {
      socket.push({ type: 'draining', reconnectIn: Math.floor(random() * RECONNECT_MS) });
    }
    await clock.advance(MOMENT_MS);
  }
  await clock.advance(5_000);
  server.websocketBlocked = false;
  await clock.advance(ALL_BACK_MS);
  assert.equal(connected(made), CLIENTS);
  assertNoPeak(tries, context);
});

test('a node that had no time to tell anybody: closed with 4203 at once, and there is no peak', async (context) => {
  const { clock, server, made, tries } = await herd({ seed: 8 });
  server.cut(4203);
  await clock.advance(ALL_BACK_MS);
  assert.equal(connected(made), CLIENTS);
  assertNoPeak(tries, context);
});

/** Seen to fail when everybody who hears that the network is back tries at once. */
test('a network that is back is back for all, and there is no peak', async (context) => {
  const { clock, server, made, tries, wakers } = await herd({ seed: 9 });
  server.down = true;
  server.cut();
  await clock.advance(60_000);
  tries.length = 0;
  server.down = false;
  for (const wake of wakers) wake('network');
  await clock.advance(6_000);
  assert.equal(connected(made), CLIENTS);
  assertNoPeak(tries, context);
});
