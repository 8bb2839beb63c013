/** The packed client, as `npm install target/parley-client-….tgz` lays it down. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const target = fileURLToPath(new URL('../../../../target/', import.meta.url));
const folder = mkdtempSync(join(target, 'npm-'));
const installed = join(folder, 'node_modules/parley-client');
mkdirSync(installed, { recursive: true });
const [tarball, ...others] = readdirSync(target).filter((name) => /^parley-client-.*\.tgz$/.test(name));
execFileSync('tar', ['-xzf', join(target, tarball), '--strip-components=1', '-C', installed]);
const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
after(() => rmSync(folder, { recursive: true }));

function evaluate(code) {
  writeFileSync(join(folder, 'app.mjs'), code);
  return execFileSync(process.execPath, ['app.mjs'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** Seen to fail with another licence in its description. */
test('there is one, named by its version, with a licence and what it is', () => {
  assert.deepEqual(others, []);
  assert.equal(tarball, `parley-client-${manifest.version}.tgz`);
  assert.match(manifest.version, /^\d+\.\d+\.\d+(-[\w.]+)?$/);
  assert.deepEqual([manifest.license, manifest.sideEffects, manifest.type], ['Apache-2.0', false, 'module']);
  assert.match(readFileSync(join(installed, 'LICENSE'), 'utf8'), /Apache License/);
  assert.match(readFileSync(join(installed, 'README.md'), 'utf8'), /^# parley-client/);
});

/** Seen to fail without `exports`, with one that names a file or a type that is not packed, and with one that names every module. */
test('each entry can be imported by its name, has types, and nothing else can be imported', () => {
  const entries = Object.entries(manifest.exports).filter(([, entry]) => entry.default);
  assert.ok(entries.length >= 10, `${entries.length} entries`);
  for (const [, { types }] of entries) assert.match(readFileSync(join(installed, types), 'utf8'), /export/);
  const names = entries.map(([path]) => manifest.name + path.slice(1));
  const imports = names.map((name) => `console.log(Object.keys(await import('${name}')).length);`);
  assert.equal(evaluate(imports.join('\n')).split('\n').length, names.length);
  assert.throws(() => evaluate("import 'parley-client/connection';"), /ERR_PACKAGE_PATH_NOT_EXPORTED/);
});

/** Seen to fail without `exports`, and when a module touches `window` as it is loaded. */
test('it works in Node.js: what cannot be reached is a ParleyError', () => {
  const code = `
    import { Parley, ParleyError } from 'parley-client';
    import { parleyHooks } from 'parley-client/react';
    import { presenceIn } from 'parley-client/presence';
    const parley = new Parley('http://127.0.0.1:1/parley/', { getToken: () => 'x', transport: 'long-polling' });
    presenceIn(parley, 'room:lobby');
    parley.connect();
    const answer = parley.publish('room:lobby', 'x').catch((error) => error);
    parley.close();
    const error = await answer;
    console.log(error instanceof ParleyError, error.code, typeof parleyHooks);`;
  assert.equal(evaluate(code), 'true closed function');
});
