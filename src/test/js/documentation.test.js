import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { connectedWorld } from './support/world.js';

const CLIENT = new URL('../../main/webapp/client/', import.meta.url).href;
const page = readFileSync(new URL('../../../docs/client.md', import.meta.url), 'utf8');
const snippets = [...page.matchAll(/^### (.+)$|^```js\n([\s\S]*?)^```$/gm)].reduce(
  ({ found, title }, [, heading, code]) => (code ? { title, found: [...found, { title, code }] } : { title: heading, found }),
  { found: [], title: '' },
).found;

/** The snippet as a function of what a page has. */
async function compiled(code) {
  const lines = code.replaceAll("'/parley/client/", `'${CLIENT}`).split('\n');
  const imports = lines.filter((line) => line.startsWith('import '));
  const rest = lines.filter((line) => !line.startsWith('import '));
  const module = `${imports.join('\n')}\nexport default async (parley, document, console, confirm) => {\n${rest.join('\n')}\n};`;
  return (await import(`data:text/javascript,${encodeURIComponent(module)}`)).default;
}

/** Just enough of a page: whatever is listened to can be made to happen. */
class FakePage {
  hidden = false;
  listeners = [];
  element = { addEventListener: (type, listener) => this.listeners.push(listener) };
  addEventListener = this.element.addEventListener;
  querySelector = () => this.element;
}

const STANDING = { type: 'receipt', channel: 'room:lobby', user: { id: 'ana' }, delivered: 1, read: 1, unread: 0, asOf: 1 };
const UNREAD = { unread: 0, upTo: { user: 0, tenant: 0 } };
const ANSWERS = [
  [/^notifications/, { notifications: [], ...UNREAD }],
  [/^conversations$/, { conversations: [{ channel: 'direct:bob', user: 'bob', unread: 2 }] }],
  [/^rooms\/.*\/members/, { user: 'bob', role: 'member' }],
  [/^rooms$/, { id: 'r1', channel: 'room:r1' }],
  [/^presence$/, { users: [] }],
  [/\/receipts$/, { receipts: [], ...STANDING }],
  [/^confirmations$/, { messages: [{ channel: 'room:lobby', messageId: 'm1', data: { text: 'Read this' } }] }],
  [/\/messages\/.+/, { messageId: 'm1', epoch: 'e1', offset: 1 }],
];
const REPLIES = { status: { type: 'ok' }, typing: null, ack: STANDING, read: STANDING };

test('there is a snippet for each feature', () => {
  const titles = ['Presence', 'Typing', 'Receipts and unread', 'A channel as it is now', 'Rooms and conversations', 'Notifications', 'Kept over a reload', 'Polling anything'];
  assert.deepEqual([...new Set(snippets.map(({ title }) => title))], titles);
});

for (const { title, code } of snippets) {
  test(`documented, and runs: ${title}, ${code.match(/import \{ (\w+)/)[1]}`, async () => {
    const before = ({ server }) => server.people.set('room:lobby', [{ id: 'ben', name: 'Ben', status: 'online' }]);
    const { clock, server, parley } = await connectedWorld({ before });
    const unknown = [];
    server.onCommand = ({ type }) => REPLIES[type];
    server.onRequest = ({ path, method }) => {
      const known = ANSWERS.find(([pattern]) => pattern.test(path));
      if (!known && !path.endsWith('/messages')) unknown.push(`${method} ${path}`);
      return known && { body: known[1] };
    };
    const page = new FakePage();
    const run = await compiled(code);
    const done = run(parley, page, { log: () => {} }, () => true);
    await clock.advance(2_000);
    server.publish('room:lobby', { text: 'Hello' }, { user: 'ben' });
    for (const listener of page.listeners) listener();
    await clock.advance(5_000);
    await done;
    assert.deepEqual(unknown, []);
  });
}
