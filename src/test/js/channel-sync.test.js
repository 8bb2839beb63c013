import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChannelSync } from '../../main/webapp/client/channel-sync.js';

const at = (offset) => ({ epoch: 'e1', offset });

function syncOf() {
  const told = [];
  const silent = { subscribed() {}, reload() {}, duplicate() {}, gap() {}, refused() {} };
  const listener = { ...silent, message: ({ offset }, via) => told.push([offset, via]), recovered: (count) => told.push({ count }) };
  const platform = { random: Math.random, setTimeout: () => 0, clearTimeout() {} };
  return { told, sync: new ChannelSync('room:lobby', { watching: new Set() }, platform, listener) };
}

async function joined(sync) {
  const reply = { ...at(0), recovered: false, wasRecovering: false, messages: [] };
  const transport = { join: async () => reply, history: async () => ({ messages: [] }) };
  sync.join(transport);
  await new Promise(setImmediate);
  return transport;
}

/** Seen to fail when every stream that is ahead is taken for one that goes on after a loss. */
test('what is published between the joining and the stream that brings it is live', async () => {
  const { told, sync } = syncOf();
  await joined(sync);
  sync.progressed(at(1), { following: true });
  sync.pushed({ ...at(1), data: 'x' });
  assert.deepEqual(told, [[1, 'live']]);
});

test('what a new stream brings after a lost one was missed', async () => {
  const { told, sync } = syncOf();
  const transport = await joined(sync);
  sync.suspend();
  sync.follow(transport);
  sync.progressed(at(2), { following: true });
  for (const offset of [1, 2, 3]) sync.pushed({ ...at(offset), data: 'x' });
  assert.deepEqual(told, [[1, 'recovery'], [2, 'recovery'], { count: 2 }, [3, 'live']]);
});
