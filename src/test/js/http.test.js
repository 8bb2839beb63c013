import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Http } from '../../main/webapp/client/http.js';
import { platform } from '../../main/webapp/client/platform.js';
import { Tokens } from '../../main/webapp/client/tokens.js';

const BASE = new URL('http://parley.test/parley/');

function httpAnswering(...answers) {
  const asked = [];
  const fetch = async (url, init) => {
    asked.push({ url, ...init });
    const { status = 200, body = '{}', headers = {} } = answers.length > 1 ? answers.shift() : answers[0];
    return { status, headers: new Headers(headers), text: async () => body };
  };
  return { http: new Http(BASE, new Tokens(() => 'token'), platform({ fetch })), asked };
}

const failure = (answer) => httpAnswering(answer).http.call('poll').then(assert.fail, (error) => error);

test('the caller is named in a header, the address holds no secret', async () => {
  const { http, asked } = httpAnswering({});
  await http.call('poll', { query: [['channels', 'room:a b'], ['position', 'room:a,e,1'], ['position', 'x,e,2']] });
  assert.equal(asked[0].headers.Authorization, 'Bearer token');
  assert.equal(asked[0].url, 'http://parley.test/parley/api/v1/poll?channels=room%3Aa+b&position=room%3Aa%2Ce%2C1&position=x%2Ce%2C2');
});

test('a problem is told in its own words', async () => {
  const body = JSON.stringify({ code: 'rate_limited', detail: 'slower', retryable: true, retryAfterMs: 700 });
  const { code, message, retryable, retryAfterMs, status } = await failure({ status: 429, body });
  assert.deepEqual([code, message, retryable, retryAfterMs, status], ['rate_limited', 'slower', true, 700, 429]);
});

test("a proxy's answer is understood as well as it can be", async () => {
  const unavailable = await failure({ status: 502, body: '<html>Bad gateway</html>', headers: { 'Retry-After': '3' } });
  assert.deepEqual([unavailable.code, unavailable.retryable, unavailable.retryAfterMs], ['unavailable', true, 3_000]);
  const portal = await failure({ status: 200, body: '<html>Please log in</html>' });
  assert.equal(portal.retryable, true);
  const notThereYet = await failure({ status: 404, body: '<html>Not found</html>' });
  assert.deepEqual([notThereYet.code, notThereYet.retryable], ['unexpected_answer', true]);
  const firewall = await failure({ status: 403, body: '' });
  assert.deepEqual([firewall.code, firewall.retryable], ['unexpected_answer', false]);
});

test('a 200 without a body is no answer of ours', async () => {
  assert.equal((await failure({ status: 200, body: '' })).retryable, true);
});

test('401: the token is renewed and the request sent once more', async () => {
  const { http, asked } = httpAnswering({ status: 401, body: '' }, { body: '{"fine":true}' });
  assert.deepEqual((await http.call('poll')).body, { fine: true });
  assert.equal(asked.length, 2);
});

test('however many ask for a token at once, it is fetched once', async () => {
  let calls = 0;
  const tokens = new Tokens(async () => `token ${++calls}`);
  assert.deepEqual(await Promise.all([tokens.current(), tokens.current(), tokens.current()]), Array(3).fill('token 1'));
  assert.deepEqual(await Promise.all([tokens.renew('token 1'), tokens.renew('token 1')]), Array(2).fill('token 2'));
  assert.equal(await tokens.renew('token 1'), 'token 2');
  assert.equal(calls, 2);
});

test('a getToken that fails is worth another try, one that gives nothing is not', async () => {
  await assert.rejects(new Tokens(() => Promise.reject(new Error('offline'))).current(), { code: 'token_unavailable', retryable: true });
  await assert.rejects(new Tokens(() => '').current(), { code: 'unauthorized', retryable: false });
});

test('keys are made also where crypto.randomUUID is missing, as on plain http', async () => {
  const { randomKey } = await import('../../main/webapp/client/platform.js');
  const { randomUUID } = crypto;
  try {
    Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
    assert.match(randomKey(), /^[0-9a-f]{32}$/);
  } finally {
    Object.defineProperty(crypto, 'randomUUID', { value: randomUUID, configurable: true });
  }
});
