import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, isBehind } from '../../main/webapp/client/positions.js';
import { Sequence } from '../../main/webapp/client/sequence.js';
import { randomOf, upTo } from './support/world.js';

const message = (offset, epoch = 'e') => ({ channel: 'room:a', messageId: `${epoch}${offset}`, epoch, offset, data: offset, time: '' });

function sequenceAt(offset) {
  const delivered = [];
  const sequence = new Sequence({ epoch: 'e', offset }, ({ data }, via) => delivered.push([data, via]));
  return { sequence, delivered, offsets: () => delivered.map(([data]) => data) };
}

test('a message is what its offset says', () => {
  const position = { epoch: 'e', offset: 5 };
  assert.equal(compare(position, message(6)), 'next');
  assert.equal(compare(position, message(5)), 'duplicate');
  assert.equal(compare(position, message(1)), 'duplicate');
  assert.equal(compare(position, message(7)), 'gap');
  assert.equal(compare(position, message(6, 'other')), 'other-epoch');
  assert.equal(compare({ epoch: '', offset: 0 }, message(1)), 'next');
});

test('what was left out on purpose is no gap', () => {
  const conflated = (offset, count) => ({ ...message(offset), conflated: count });
  const position = { epoch: 'e', offset: 5 };
  assert.equal(compare(position, conflated(8, 2)), 'next');
  assert.equal(compare(position, conflated(9, 2)), 'gap');
  assert.equal(compare(position, conflated(5, 2)), 'duplicate');
  assert.equal(compare(position, conflated(8, 7)), 'next', 'some of them are known already');
  const { sequence, offsets } = sequenceAt(3);
  assert.deepEqual([conflated(6, 2), message(7), message(9)].map((each) => sequence.offer(each)), ['next', 'next', 'gap']);
  assert.deepEqual(offsets(), [6, 7]);
});

test('behind is who lacks something', () => {
  assert.equal(isBehind({ epoch: 'e', offset: 5 }, { epoch: 'e', offset: 5 }), false);
  assert.equal(isBehind({ epoch: 'e', offset: 5 }, { epoch: 'e', offset: 4 }), false);
  assert.equal(isBehind({ epoch: 'e', offset: 5 }, { epoch: 'e', offset: 6 }), true);
  assert.equal(isBehind({ epoch: 'e', offset: 5 }, { epoch: 'f', offset: 1 }), true);
});

test('what continues is delivered, what is known is dropped, what leaves a gap is not delivered', () => {
  const { sequence, offsets } = sequenceAt(3);
  assert.deepEqual([4, 4, 2, 6, 5, 6].map((offset) => sequence.offer(message(offset))), ['next', 'duplicate', 'duplicate', 'gap', 'next', 'next']);
  assert.deepEqual(offsets(), [4, 5, 6]);
});

test('what is pushed on hold waits and is sorted out afterwards', () => {
  const { sequence, delivered } = sequenceAt(3);
  sequence.hold();
  assert.equal(sequence.offer(message(6)), 'held');
  assert.equal(sequence.offer(message(5)), 'held');
  assert.equal(sequence.fill([message(4), message(5)], 'recovery'), 2);
  assert.equal(sequence.release(), null);
  assert.deepEqual(delivered, [[4, 'recovery'], [5, 'recovery'], [6, 'live']]);
});

test('a gap behind the hold is told', () => {
  const { sequence, offsets } = sequenceAt(3);
  sequence.hold();
  sequence.offer(message(9));
  assert.equal(sequence.release()?.offset, 9);
  assert.deepEqual(offsets(), []);
});

test('the hold is bounded: what does not fit is a gap later', () => {
  const { sequence, offsets } = sequenceAt(0);
  sequence.hold();
  for (const offset of upTo(5_000)) sequence.offer(message(offset));
  sequence.release();
  assert.deepEqual(offsets(), upTo(1_000));
  assert.equal(sequence.offer(message(5_001)), 'gap');
});

test('a position never goes back within its epoch unless it is moved', () => {
  const { sequence } = sequenceAt(8);
  sequence.reach({ epoch: 'e', offset: 5 });
  assert.deepEqual(sequence.position, { epoch: 'e', offset: 8 });
  sequence.moveTo({ epoch: 'e', offset: 5 });
  assert.deepEqual(sequence.position, { epoch: 'e', offset: 5 });
});

test('whatever is lost, repeated and reordered on the way, repaired from the log it is delivered once and in order', () => {
  for (const seed of upTo(200)) {
    const random = randomOf(seed);
    const log = upTo(60).map((offset) => message(offset));
    const { sequence, offsets } = sequenceAt(0);
    const pushes = log.flatMap((each) => (random() < 0.3 ? [] : random() < 0.3 ? [each, each] : [each]));
    pushes.sort((a, b) => a.offset + random() * 6 - (b.offset + random() * 6));
    for (const each of pushes) if (sequence.offer(each) === 'gap') sequence.fill(log.slice(sequence.position.offset, each.offset), 'recovery');
    sequence.fill(log.slice(sequence.position.offset), 'recovery');
    assert.deepEqual(offsets(), upTo(60), `seed ${seed}`);
  }
});
