import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinFrames, splitFrame } from '../../main/webapp/client/frames.js';

test('a frame may hold several objects', () => {
  assert.deepEqual(splitFrame('{"type":"a"}\n{"type":"b"}\n'), [{ type: 'a' }, { type: 'b' }]);
});

test('an unreadable line does not cost the others', () => {
  assert.deepEqual(splitFrame('{"type":"a"}\n{broken\n\n[1]\nnull\n7\n{"type":"b"}'), [{ type: 'a' }, { type: 'b' }]);
});

test('a line feed inside a text is no end of an object', () => {
  assert.deepEqual(splitFrame(JSON.stringify({ data: 'one\ntwo\u2028three' })), [{ data: 'one\ntwo\u2028three' }]);
});

test('commands share frames up to the limit, in their order', () => {
  assert.deepEqual(joinFrames(['aaaa', 'bbbb', 'cccc'], 10), ['aaaa\nbbbb', 'cccc']);
  assert.deepEqual(joinFrames(['a'.repeat(20), 'b'], 10), ['a'.repeat(20), 'b']);
  assert.deepEqual(joinFrames([]), []);
});
