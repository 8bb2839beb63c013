import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { TRANSPORTS } from '../../main/webapp/client/transports.js';
import { connectedWorld, world } from './support/world.js';

const real = { ...TRANSPORTS };
afterEach(() => Object.assign(TRANSPORTS, real));

const unloadable = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));

test('a transport whose module cannot be loaded is tried again', async () => {
  let failures = 3;
  TRANSPORTS.sse = (...given) => (failures-- > 0 ? unloadable() : real.sse(...given));
  const { clock, parley, told } = world({ transport: 'sse' });
  parley.connect();
  await clock.advance(60_000);
  assert.deepEqual([parley.state, parley.transport, failures], ['connected', 'sse', -1]);
  assert.match(told.states.find(({ reason }) => reason).reason, /could not be loaded/);
});

test('one that can never be loaded makes room for the next', async () => {
  TRANSPORTS.sse = unloadable;
  const { clock, server, parley } = world({ transport: 'auto' });
  server.websocketBlocked = true;
  parley.connect();
  await clock.advance(120_000);
  assert.deepEqual([parley.state, parley.transport], ['connected', 'long-polling']);
});

test('changing over while a module is being loaded opens nothing of it', async () => {
  let arrive = () => {};
  TRANSPORTS.sse = async (...given) => {
    await new Promise((resolve) => (arrive = resolve));
    return real.sse(...given);
  };
  const { clock, server, parley } = await connectedWorld();
  parley.useTransport('sse');
  await clock.advance(50);
  assert.equal(parley.transport, 'sse');
  parley.useTransport('websocket');
  await clock.advance(50);
  arrive();
  await clock.advance(1_000);
  assert.deepEqual([parley.state, parley.transport, server.streams.length, server.sockets.length], ['connected', 'websocket', 0, 1]);
});

test('closing while a module is being loaded is the end of it', async () => {
  let arrive = () => {};
  TRANSPORTS.sse = async (...given) => {
    await new Promise((resolve) => (arrive = resolve));
    return real.sse(...given);
  };
  const { clock, server, parley } = world({ transport: 'sse' });
  parley.connect().catch(() => {});
  await clock.advance(50);
  parley.close();
  arrive();
  await clock.advance(1_000);
  assert.deepEqual([parley.state, server.streams.length], ['disconnected', 0]);
});
