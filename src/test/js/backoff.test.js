import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../../main/webapp/client/backoff.js';
import { randomOf } from './support/world.js';

test('every wait lies within the bounds', () => {
  const backoff = new Backoff({ random: randomOf(7) });
  const waits = Array.from({ length: 1_000 }, () => backoff.next());
  assert.ok(Math.min(...waits) >= 500);
  assert.ok(Math.max(...waits) <= 20_000);
});

test('the window doubles until the upper bound and begins anew after a reset', () => {
  const backoff = new Backoff({ min: 0, first: 1_000, max: 5_000, random: () => 1 });
  assert.deepEqual([1, 2, 3, 4, 5].map(() => backoff.next()), [1_000, 2_000, 4_000, 5_000, 5_000]);
  backoff.reset();
  assert.equal(backoff.next(), 1_000);
});

test('a thousand clients cut off at once do not come back as a wave', () => {
  const random = randomOf(42);
  const slots = new Map();
  for (let client = 0; client < 1_000; client++) {
    const slot = Math.floor(new Backoff({ random }).next() / 100);
    slots.set(slot, (slots.get(slot) ?? 0) + 1);
  }
  assert.ok(Math.max(...slots.values()) <= 50, `most in 100 ms: ${Math.max(...slots.values())}`);
});
