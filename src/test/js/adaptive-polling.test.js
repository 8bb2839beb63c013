import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParleyError } from '../../main/webapp/client/errors.js';
import { Polling } from '../../main/webapp/client/polling.js';
import { FakeClock } from './support/fake-clock.js';

function pollingWorld(answer = () => ({})) {
  const clock = new FakeClock();
  const made = { clock, at: [], hidden: false, wakers: new Set(), values: [], errors: [], open: 0, peak: 0 };
  const onWake = (wake) => {
    made.wakers.add(wake);
    return () => made.wakers.delete(wake);
  };
  const platform = { now: clock.now, setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout, random: () => 0.5, onWake };
  const begun = clock.now();
  const ask = async () => {
    made.at.push(clock.now() - begun);
    made.peak = Math.max(made.peak, ++made.open);
    try {
      await new Promise((resolve) => clock.setTimeout(resolve, 100));
      return await answer(made.at.length);
    } finally {
      made.open--;
    }
  };
  made.polling = new Polling(ask, { intervalMs: 1_000, hidden: () => made.hidden, platform });
  made.polling.on('value', (value) => made.values.push(value));
  made.polling.on('error', (error) => made.errors.push(error.code));
  made.wake = () => made.wakers.forEach((wake) => wake());
  made.polling.start();
  return made;
}

test('it asks again at its interval, counted from the answer', async () => {
  const { clock, at } = pollingWorld();
  await clock.advance(3_500);
  assert.deepEqual(at, [0, 1_100, 2_200, 3_300]);
});

test('the pace that an answer advises is kept, also when the page is seen again', async () => {
  const made = pollingWorld((count) => ({ retryAfterMs: count === 1 ? 5_000 : undefined }));
  await made.clock.advance(1_000);
  made.wake();
  await made.clock.advance(5_000);
  assert.deepEqual(made.at, [0, 5_100]);
});

test('while the page is hidden nothing is asked; when it is seen again, at once', async () => {
  const made = pollingWorld();
  await made.clock.advance(500);
  made.hidden = true;
  await made.clock.advance(60_000);
  assert.deepEqual(made.at, [0]);
  made.hidden = false;
  made.wake();
  await made.clock.advance(50);
  assert.deepEqual(made.at, [0, 60_500]);
});

test('there are never two questions at once', async () => {
  const made = pollingWorld();
  for (let step = 0; step < 200; step++) {
    if (step % 2) made.wake();
    else made.polling.now();
    await made.clock.advance(30);
  }
  assert.equal(made.peak, 1);
});

test('errors make it slower, and an answer as quick as before', async () => {
  const made = pollingWorld((count) => {
    if (count < 8) throw new ParleyError('unavailable', '', { retryable: true });
    return count;
  });
  await made.clock.advance(200_000);
  const waits = made.at.slice(1).map((time, index) => time - made.at[index]);
  assert.ok(waits[5] > 2 * waits[0], waits.slice(0, 8).join());
  assert.deepEqual([waits[7], waits[8]], [1_100, 1_100]);
});

test('after an error that no waiting changes it is over', async () => {
  const made = pollingWorld(() => Promise.reject(new ParleyError('forbidden')));
  await made.clock.advance(60_000);
  assert.deepEqual([made.at, made.errors, made.wakers.size], [[0], ['forbidden'], 0]);
});

test('stopped, it tells nothing that is still to come', async () => {
  const made = pollingWorld();
  await made.clock.advance(50);
  made.polling.stop();
  await made.clock.advance(60_000);
  assert.deepEqual([made.at, made.values, made.wakers.size], [[0], [], 0]);
});
