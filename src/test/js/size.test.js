import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const CLIENT = new URL('../../main/webapp/client/', import.meta.url);
/** What an application loads that only publishes and subscribes over a WebSocket. */
const CORE = 'parley.js';
/** What a page's first byte to its first message may cost. */
const CORE_BUDGET = 12 * 1_024;
/** What a feature may add, with all that the core does not have. */
const FEATURE_BUDGET = 3 * 1_024;
/** Polling has no server that remembers for it. The hooks are made of several features. The hub is loaded by one of all tabs, or by their worker. */
const BUDGETS = new Map([
  ['transport-polling.js', 3.25 * 1_024],
  ['react.js', 8 * 1_024],
  ['shared-hub.js', 5 * 1_024],
  ['shared-worker.js', 6 * 1_024],
  ['shared-election.js', 7 * 1_024],
]);

/** The module and all that it imports when it is loaded; what it imports later is not among them. */
function graphOf(name, graph = new Set()) {
  if (graph.has(name)) return graph;
  graph.add(name);
  for (const [, imported] of read(name).matchAll(/^import [^'"]*'\.\/([^']+)';$/gm)) graphOf(imported, graph);
  return graph;
}

function read(name) {
  return readFileSync(new URL(name, CLIENT), 'utf8');
}

/** Types are in the comments, so they are most of some files; what bundles the modules leaves them out. */
function codeOf(name) {
  return read(name).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').replaceAll(/^\s*\n/gm, '');
}

function compressed(names, text) {
  return gzipSync([...names].map(text).join(''), { level: 9 }).length;
}

const core = graphOf(CORE);
const modules = readdirSync(CLIENT).filter((name) => name.endsWith('.js') && name !== 'types.js');
const added = (name) => [...graphOf(name)].filter((each) => !core.has(each));
const features = modules.filter((name) => !core.has(name));

test(`the core stays within ${CORE_BUDGET} bytes, compressed`, (context) => {
  const size = compressed(core, codeOf);
  context.diagnostic(`core: ${size} bytes in ${core.size} modules; ${compressed(core, read)} with its comments`);
  assert.ok(size <= CORE_BUDGET, `${size} bytes`);
});

for (const name of features) {
  const budget = BUDGETS.get(name) ?? FEATURE_BUDGET;
  test(`${name} adds at most ${budget} bytes, compressed`, (context) => {
    const size = compressed(added(name), codeOf);
    context.diagnostic(`${name}: ${size} bytes more than the core; ${compressed(added(name), read)} with comments`);
    assert.ok(size <= budget, `${size} bytes`);
  });
}

test('no feature is part of the core, and neither is a transport that most networks do not need', () => {
  const optional = ['presence.js', 'typing.js', 'receipts.js', 'timeline.js', 'messages.js', 'rooms.js', 'notifications.js', 'polling.js', 'react.js', 'kept-queue.js', 'message-store.js', 'shared.js'];
  const all = [...optional, 'transport-sse.js', 'transport-polling.js'];
  assert.deepEqual(all.filter((name) => core.has(name) || !modules.includes(name)), []);
});
