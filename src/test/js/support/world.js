import { Parley } from '../../../main/webapp/client/parley.js';
// What is loaded when it is needed takes real time, and the clock of these tests would not wait for it.
import '../../../main/webapp/client/shared.js';
import '../../../main/webapp/client/shared-election.js';
import '../../../main/webapp/client/transport-polling.js';
import '../../../main/webapp/client/transport-sse.js';
import { FakeClock } from './fake-clock.js';
import { FakeServer } from './fake-server.js';

/** One client, one server, one clock. What the client tells is written down. */
export function world({ transport = 'websocket', seed = 1, getToken = () => 'token', ...options } = {}) {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  const random = randomOf(seed);
  let keys = 0;
  const wakers = new Set();
  const onWake = (wake) => {
    wakers.add(wake);
    return () => wakers.delete(wake);
  };
  const platform = { ...server.platform, random, newKey: () => `key-${++keys}`, onWake };
  const parley = new Parley('http://parley.test/parley', { getToken, transport, platform, ...options });
  const told = { states: [], messages: [], recovered: 0, reloads: [], duplicates: 0, gaps: 0, errors: [] };
  parley.on('state', (change) => told.states.push(change));
  parley.on('message', (message) => told.messages.push(message));
  parley.on('recovered', ({ count }) => (told.recovered += count));
  parley.on('reload', (reload) => told.reloads.push(reload));
  parley.on('duplicate', () => told.duplicates++);
  parley.on('gap', () => told.gaps++);
  parley.on('error', (error) => told.errors.push(error));
  return { clock, server, parley, told, random, wake: () => wakers.forEach((wake) => wake()), wakers };
}

/** As `world`, connected and subscribed. */
export async function connectedWorld({ channel = 'room:lobby', subscribe = {}, before = () => {}, ...options } = {}) {
  const made = world(options);
  await before(made);
  const subscription = made.parley.subscribe(channel, subscribe);
  made.parley.connect();
  await made.clock.advance(200);
  return { ...made, subscription };
}

/** Numbers from 0 to 1 that are the same in every run. */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const TRANSPORTS = ['websocket', 'sse', 'long-polling', 'short-polling'];

export const offsets = (messages, channel = 'room:lobby') =>
  messages.filter((message) => message.channel === channel).map(({ offset }) => offset);

/** 1 to n. */
export const upTo = (n) => Array.from({ length: n }, (_, index) => index + 1);
