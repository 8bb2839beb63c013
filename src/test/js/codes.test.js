import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reactionTo, reactionToClose } from '../../main/webapp/client/codes.js';
import { ParleyError } from '../../main/webapp/client/errors.js';

const TABLE = {
  1000: 'backoff', 1001: 'backoff', 1005: 'backoff', 1006: 'backoff', 1009: 'stop', 1011: 'backoff', 1012: 'backoff', 1013: 'backoff',
  4001: 'stop', 4002: 'stop', 4003: 'renew', 4004: 'stop', 4006: 'stop',
  4100: 'backoff', 4101: 'backoff', 4102: 'backoff',
  4201: 'now', 4202: 'now', 4203: 'told',
};

for (const [code, reaction] of Object.entries(TABLE)) {
  test(`after ${code}: ${reaction}`, () => assert.equal(reactionToClose(Number(code)), reaction));
}

test('codes of a later server follow the ranges', () => {
  assert.equal(reactionToClose(4050), 'stop');
  assert.equal(reactionToClose(4150), 'backoff');
  assert.equal(reactionToClose(4250), 'backoff');
});

test('an HTTP answer that no waiting will change stops, any other is worth another try', () => {
  const ending = (code) => ({ code: 1006, error: new ParleyError(code) });
  for (const code of ['unauthorized', 'token_expired', 'forbidden']) assert.equal(reactionTo(ending(code)), 'stop');
  for (const code of ['unavailable', 'rate_limited', 'internal', 'unreachable']) assert.equal(reactionTo(ending(code)), 'backoff');
});
