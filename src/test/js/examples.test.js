import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const EXAMPLES = new URL('../../../examples/', import.meta.url);
const MOST_LINES = 80;
const names = readdirSync(EXAMPLES).filter((name) => /\.(html|mjs)$/.test(name));
const read = (name) => readFileSync(new URL(name, EXAMPLES), 'utf8');

test('there is an example of each kind, and the list has them all', () => {
  const list = read('README.md');
  for (const name of ['chat', 'notifications', 'dashboard', 'presence', 'polling', 'react']) assert.ok(names.includes(`${name}.html`), name);
  for (const name of names) assert.ok(list.includes(`[${name}](${name})`), name);
});

for (const name of names) {
  test(`${name} has at most ${MOST_LINES} lines`, () => {
    const lines = read(name).trimEnd().split('\n');
    assert.ok(lines.length <= MOST_LINES, `${lines.length} lines`);
    assert.ok(lines.every((line) => line.length <= 150), 'and none that is two');
  });
}
