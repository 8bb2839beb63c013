import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Announcer, PAUSE_MS } from '../../main/webapp/app/announcer.js';
import { diagnose } from '../../main/webapp/app/diagnosis.js';
import { Drafts } from '../../main/webapp/app/drafts.js';
import { ListWindow, SIZE, STEP } from '../../main/webapp/app/list-window.js';
import { mentionsIn } from '../../main/webapp/app/mentions.js';
import { arranged, bodyOf, titleOf } from '../../main/webapp/app/notification-text.js';
import { KEPT, numberIn, Series } from '../../main/webapp/app/series.js';
import { DE } from '../../main/webapp/app/texts-de.js';
import { EN } from '../../main/webapp/app/texts-en.js';
import { fill, languageFor } from '../../main/webapp/app/texts.js';
import { channelOf, MOST, Topics, topicsIn } from '../../main/webapp/app/topics.js';
import { FakeClock } from './support/fake-clock.js';

const WEBAPP = new URL('../../main/webapp/', import.meta.url);
const ids = (from, to) => Array.from({ length: to - from }, (_, index) => `m${from + index}`);

test('the window follows the end and never has more than it may', () => {
  const window = new ListWindow();
  for (const length of [0, 1, SIZE, SIZE + 1, 10_000]) {
    assert.deepEqual(window.range(ids(0, length)), { from: Math.max(0, length - SIZE), to: length });
  }
});

test('held, the window stays with its messages, whatever comes before and behind them', () => {
  const window = new ListWindow();
  const list = ids(1_000, 2_000);
  window.hold(list);
  const shown = ({ from, to }, of) => of.slice(from, to);
  const before = shown(window.range(list), list);
  for (const grown of [ids(1_000, 2_500), ids(500, 2_000), ids(0, 3_000)]) assert.deepEqual(shown(window.range(grown), grown), before);
  window.follow();
  assert.equal(window.range(ids(0, 3_000)).to, 3_000);
});

test('moved step by step, the window has every message of a long list, and stops at both ends', () => {
  const window = new ListWindow();
  const list = ids(0, 10_000);
  const seen = new Set();
  let moves = 0;
  do {
    const { from, to } = window.range(list);
    assert.ok(to - from === SIZE);
    list.slice(from, to).forEach((id) => seen.add(id));
  } while (window.move(list, -1) && ++moves < 1_000);
  assert.equal(seen.size, 10_000);
  assert.equal(moves, Math.ceil((10_000 - SIZE) / STEP));
  assert.equal(window.range(list).from, 0);
  while (window.move(list, 1));
  assert.equal(window.range(list).to, 10_000);
});

test('what is looked for comes into the window, and what is not there moves nothing', () => {
  const window = new ListWindow();
  const list = ids(0, 10_000);
  assert.equal(window.reveal(list, 'm4000'), true);
  const { from, to } = window.range(list);
  assert.ok(from < 4_000 && 4_000 < to);
  assert.equal(window.reveal(list, 'nobody'), false);
  assert.deepEqual(window.range(list), { from, to });
});

test('both languages have every text, with the same parts', () => {
  const parts = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
  assert.deepEqual(Object.keys(DE).sort(), Object.keys(EN).sort());
  for (const [key, text] of Object.entries(EN)) {
    assert.deepEqual(parts(DE[key]), parts(text), key);
    assert.equal(DE[key].split('|').length, text.split('|').length, key);
  }
});

test('the pages name only texts that there are', () => {
  const scripts = readdirSync(new URL('app/', WEBAPP)).filter((name) => name.endsWith('.js')).map((name) => `app/${name}`);
  const pages = readdirSync(WEBAPP).filter((name) => name.endsWith('.html'));
  const named = [...scripts, ...pages].flatMap((name) => {
    const text = readFileSync(new URL(name, WEBAPP), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
    const calls = [...text.matchAll(/\bt\('([\w.-]+)'|data-t="([\w.-]+)"/g)].map(([, call, mark]) => call ?? mark);
    const labels = [...text.matchAll(/data-t-label="([^"]+)"/g)].flatMap(([, pairs]) => pairs.split(' ').map((pair) => pair.split('=')[1]));
    return [...calls, ...labels];
  });
  assert.ok(named.length > 100);
  assert.deepEqual(named.filter((key) => !(key in EN)), []);
});

test('texts are filled in, with the form that the count asks for', () => {
  assert.equal(fill('en', 'chat.unread', { count: 1 }), '1 unread');
  assert.equal(fill('en', 'chat.newMessages', { count: 3 }), '3 new messages');
  assert.equal(fill('de', 'chat.newMessages', { count: 1 }), '1 neue Nachricht');
  assert.equal(fill('xx', 'chat.send'), 'Send');
  assert.equal(languageFor(['fr-FR', 'de-AT', 'en']), 'de');
  assert.equal(languageFor(['fr']), 'en');
});

class Storage {
  kept = new Map();
  getItem = (name) => this.kept.get(name) ?? null;
  setItem = (name, value) => this.kept.set(name, value);
}

test('drafts are kept for each channel and each person, and outlive the page', () => {
  const storage = new Storage();
  new Drafts('ana', storage).set('room:lobby', 'Hel');
  new Drafts('ben', storage).set('room:lobby', 'other');
  assert.equal(new Drafts('ana', storage).get('room:lobby'), 'Hel');
  assert.equal(new Drafts('ana', storage).get('room:other'), '');
  new Drafts('ana', storage).set('room:lobby', '');
  assert.equal(new Drafts('ana', storage).get('room:lobby'), '');
});

test('drafts have a limit, and a storage that is full or broken does no harm', () => {
  const storage = new Storage();
  const drafts = new Drafts('ana', storage);
  for (let number = 0; number < 150; number++) drafts.set(`room:${number}`, 'x');
  assert.equal(JSON.parse(storage.kept.get('parley.drafts.ana')).length, 100);
  assert.equal(drafts.get('room:149'), 'x');
  assert.equal(drafts.get('room:0'), '');
  const full = { getItem: () => '{broken', setItem: () => { throw new Error('full'); } };
  new Drafts('ana', full).set('room:lobby', 'Hel');
  assert.equal(new Drafts('ana', full).get('room:lobby'), '');
});

test('mentions are ids or first names behind an @, each once', () => {
  const people = [{ id: 'bob', name: 'Bob Miller' }, { id: 'u-17', name: 'Zoë' }];
  assert.deepEqual(mentionsIn('@bob and @Zoë, (@bob) @nobody bob@example.org.', people), ['bob', 'u-17']);
  assert.deepEqual(mentionsIn('@u-17', people), ['u-17']);
});

test('a screen reader is told one message, or how many there were, and has a pause between', async () => {
  const clock = new FakeClock();
  const said = [];
  const announcer = new Announcer((text) => said.push(text), (count) => `${count} new`, (act, ms) => clock.setTimeout(act, ms));
  announcer.tell('a');
  for (const text of ['b', 'c', 'd']) announcer.tell(text);
  assert.deepEqual(said, ['a']);
  await clock.advance(PAUSE_MS);
  assert.deepEqual(said, ['a', '3 new']);
  await clock.advance(2 * PAUSE_MS);
  announcer.tell('e');
  assert.deepEqual(said, ['a', '3 new', 'e']);
});

test('urgent ones that are unread come first', () => {
  const list = [['1', false, false], ['2', true, true], ['3', true, false], ['4', false, true]].map(([id, urgent, read]) => ({ id, urgent, read }));
  assert.deepEqual(arranged(list, false).map(({ id }) => id), ['3', '1', '2', '4']);
  assert.deepEqual(arranged(list, true).map(({ id }) => id), ['3', '1']);
});

test('a notification has a title, whatever an application has written', () => {
  assert.equal(titleOf({ kind: 'order', data: { title: 'Done', text: 'Order 1' } }), 'Done');
  assert.equal(bodyOf({ kind: 'order', data: { title: 'Done', text: 'Order 1' } }), 'Order 1');
  assert.equal(titleOf({ kind: 'order', data: { order: 1 } }), 'order');
  assert.equal(bodyOf({ kind: 'order', data: { order: 1 } }), '{"order":1}');
  assert.equal(titleOf({ kind: 'order', data: null }), 'order');
  assert.equal(titleOf({ kind: 'order', data: 'Plain' }), 'Plain');
});

const WAYS = ['http', 'websocket', 'sse', 'long-polling', 'short-polling'];
const findings = (...working) => Object.fromEntries(WAYS.map((name) => [name, { outcome: working.includes(name) ? 'works' : 'fails' }]));

test('the doctor says what works, and what to tell the network', () => {
  const said = (...working) => diagnose(findings(...working));
  assert.deepEqual(said(...WAYS), { verdict: 'doctor.verdict.good', advice: [] });
  assert.deepEqual(said(...WAYS.filter((name) => name !== 'websocket')), { verdict: 'doctor.verdict.noWebSocket', advice: ['doctor.advice.websocket'] });
  assert.equal(said('http', 'long-polling', 'short-polling').verdict, 'doctor.verdict.onlyPolling');
  assert.equal(said('http', 'short-polling').verdict, 'doctor.verdict.onlyShort');
  assert.deepEqual(said('http'), { verdict: 'doctor.verdict.httpOnly', advice: [] });
  assert.deepEqual(said(), { verdict: 'doctor.verdict.nothing', advice: [] });
});

let ticks = 0;
const reading = (offset, data, event) => ({ channel: 'topic:load', messageId: `v${offset}`, epoch: 'e', offset, event, data, time: new Date(1_000 * ++ticks).toISOString() });
const values = (series) => series.points.map(({ value }) => value);

test('a value is a number, alone or under its name, and nothing else is one', () => {
  assert.deepEqual([17, { value: -0.5 }, 0].map(numberIn), [17, -0.5, 0]);
  assert.deepEqual([null, undefined, '17', { value: '17' }, { other: 1 }, [1], true, NaN, 1e999].map(numberIn), Array(9).fill(null));
});

test('a series has the last values, says how the last one differs, and forgets what is too much', () => {
  const series = new Series();
  assert.deepEqual([series.last, series.change, series.extent], [null, null, null]);
  for (let offset = 1; offset <= KEPT + 50; offset++) series.add(reading(offset, offset));
  assert.equal(series.points.length, KEPT);
  assert.equal(series.points[0].value, 51);
  series.add(reading(1_000, { value: 10 }));
  assert.equal(series.last.value, 10);
  assert.equal(series.change, 10 - (KEPT + 50));
  assert.deepEqual(series.extent, { least: 10, most: KEPT + 50 });
});

test('what is no number is counted until one comes, and changes of messages are no values', () => {
  const series = new Series();
  series.add(reading(1, 1));
  series.add(reading(2, 'one'));
  series.add(reading(3, null));
  assert.equal(series.add(reading(4, { messageId: 'v1', data: 2 }, 'message-updated')), false);
  assert.deepEqual([values(series), series.strange], [[1], 2]);
  series.add(reading(5, 2));
  assert.deepEqual([values(series), series.strange], [[1, 2], 0]);
});

test('a chart goes forward in time even where the clocks of two nodes differ', () => {
  const series = new Series();
  for (const [offset, time] of [[1, 5_000], [2, 3_000], [3, 6_000]]) series.add({ ...reading(offset, offset), time: new Date(time).toISOString() });
  assert.deepEqual(series.points.map(({ at }) => at), [5_000, 5_000, 6_000]);
  assert.deepEqual(values(series), [1, 2, 3]);
});

test('begun anew, a series has what was read in order, each once, and what has come meanwhile', () => {
  const series = new Series();
  const all = [1, 2, 3, 4, 5].map((offset) => reading(offset, offset));
  series.add(all[0]);
  series.add(all[3]);
  series.add(all[4]);
  series.replace([all[3], all[2], all[1]]);
  assert.deepEqual(values(series), [2, 3, 4, 5]);
});

test('topics are named shortly or in full, in the address and in the field', () => {
  assert.deepEqual(['orders', ' live:cpu ', 'no name', '', ':x', 'x:'].map(channelOf), ['topic:orders', 'live:cpu', null, null, null, null]);
  assert.deepEqual(topicsIn('#topics=orders,live:cpu,orders,no name'), ['topic:orders', 'live:cpu']);
  assert.equal(topicsIn('#topics='), null);
  assert.equal(topicsIn(''), null);
  assert.equal(topicsIn(`#topics=${ids(0, 50)}`).length, MOST);
});

test('what somebody watches is kept for them, and what is broken is not taken', () => {
  const storage = new Storage();
  const first = new Topics('ana', storage).read();
  assert.ok(first.length > 0);
  new Topics('ana', storage).write(['topic:a']);
  assert.deepEqual(new Topics('ana', storage).read(), ['topic:a']);
  assert.deepEqual(new Topics('ben', storage).read(), first);
  new Topics('ana', storage).write([]);
  assert.deepEqual(new Topics('ana', storage).read(), []);
  for (const kept of ['{broken', '{}', '"x"']) assert.deepEqual(new Topics('ana', { getItem: () => kept }).read(), first);
  assert.deepEqual(new Topics('ana', { getItem: () => '["topic:a", 7, "no name"]' }).read(), ['topic:a']);
  const full = { getItem: () => { throw new Error('denied'); }, setItem: () => { throw new Error('full'); } };
  new Topics('ana', full).write(['topic:a']);
  assert.deepEqual(new Topics('ana', full).read(), first);
});

test('the pages begin alike: the same policy, theme and frame, and only files that there are', () => {
  const pages = readdirSync(WEBAPP).filter((name) => name.endsWith('.html'));
  const heads = pages.map((name) => readFileSync(new URL(name, WEBAPP), 'utf8').split('</head>')[0].split('\n'));
  const own = /name="description"|<title>|type="module"|app\/(?!app|pages)\w+\.css|lib\//;
  const [first, ...others] = heads.map((lines) => lines.filter((line) => !own.test(line)));
  assert.ok(pages.length >= 4 && first.some((line) => line.includes("require-trusted-types-for 'script'")));
  for (const head of others) assert.deepEqual(head, first);
  const named = heads.flatMap((lines) => lines.flatMap((line) => [...line.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address]) => address)));
  assert.deepEqual(named.filter((address) => !address.startsWith('lib/') && !existsSync(new URL(address, WEBAPP))), []);
});
