/**
 * Makes of the client's modules what is served and packed: the same modules without their comments, a `.d.ts` beside each,
 * made of the types in the comments, and what an npm package has besides. One file stays one file: nothing is bundled.
 *
 * node build.mjs <project> <folder of TypeScript> <version>
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const [project, typescript, version] = process.argv.slice(2);
const ts = createRequire(import.meta.url)(join(typescript, 'lib/typescript.js'));
const here = dirname(fileURLToPath(import.meta.url));
const source = join(project, 'src/main/webapp/client');
const goal = join(project, 'target/client');
const manual = join(project, 'docs/client.md');
const modules = readdirSync(source).filter((name) => name.endsWith('.js'));

/** A folder is as new as the last file that was added to it or taken away. */
function isUpToDate() {
  const inputs = [source, ...modules.map((name) => join(source, name)), manual, here];
  inputs.push(...readdirSync(here).map((name) => join(here, name)), join(project, 'jsconfig.json'), join(project, 'LICENSE'));
  try {
    const { mtimeMs } = statSync(join(goal, 'package.json'));
    const built = JSON.parse(readFileSync(join(goal, 'package.json'), 'utf8')).version;
    return built === version && inputs.every((input) => statSync(input).mtimeMs < mtimeMs);
  } catch {
    return false;
  }
}

function optionsOf(folder) {
  const { config } = ts.readConfigFile(join(project, 'jsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, project);
  return { ...options, noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: source, outDir: folder };
}

function writeTypes(folder) {
  const program = ts.createProgram(modules.map((name) => join(source, name)), { ...optionsOf(folder), allowJs: true });
  const { diagnostics } = program.emit();
  const found = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (found.length === 0) return;
  const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => project, getNewLine: () => '\n' };
  throw new Error(ts.formatDiagnostics(found, host));
}

function withoutComments(code, fileName) {
  const { target, module } = optionsOf(goal);
  return ts.transpileModule(code, { fileName, compilerOptions: { target, module, allowJs: true, removeComments: true } }).outputText;
}

/** What the manual tells people to import is what they may import. */
function entries() {
  const named = new Set([...readFileSync(manual, 'utf8').matchAll(/\/parley\/client\/([\w-]+)\.js/g)].map(([, name]) => name));
  const missing = [...named].filter((name) => !modules.includes(`${name}.js`));
  if (missing.length > 0) throw new Error(`docs/client.md names modules that are not there: ${missing}`);
  const entry = (name) => ({ types: `./${name}.d.ts`, default: `./${name}.js` });
  const features = [...named].filter((name) => name !== 'parley').sort();
  return {
    '.': entry('parley'),
    ...Object.fromEntries(features.map((name) => [`./${name}`, entry(name)])),
    './types': entry('types'),
    './package.json': './package.json',
  };
}

function writePackage(folder) {
  const described = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  const { name, description, license, ...more } = described;
  const manifest = { name, version, description, license, ...more, main: './parley.js', types: './parley.d.ts', exports: entries() };
  cpSync(join(here, 'README.md'), join(folder, 'README.md'));
  cpSync(join(project, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function build() {
  const partial = `${goal}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeTypes(partial);
  for (const name of modules) {
    writeFileSync(join(partial, name), withoutComments(readFileSync(join(source, name), 'utf8'), name));
  }
  writePackage(partial);
  rmSync(goal, { recursive: true, force: true });
  renameSync(partial, goal);
}

if (!isUpToDate()) build();
const size = (folder) => gzipSync(modules.map((name) => readFileSync(join(folder, name))).join('')).length;
console.log(`client: ${modules.length} modules, compressed ${size(source)} bytes with comments, ${size(goal)} as they are served`);
