import { holderOf } from './claims.js';
import { withExtras } from './platform-extras.js';
import { Line } from './shared-line.js';
import { SharedTransport } from './shared-transport.js';
import { TRANSPORTS } from './transports.js';

/**
 * @typedef {import('./platform.js').Platform & import('./platform-extras.js').PlatformExtras} Surroundings
 * @typedef {{line: () => Promise<Line | null>}} Way gives a line to a hub that is there, or null
 */

/** @type {WeakMap<object, Map<string, Promise<Way[]>>>} by page and scope */
const ways = new WeakMap();

/**
 * A part of the one connection that the tabs of a person have; where they cannot have one, a connection of one's own.
 *
 * Guarantees: only tabs whose tokens speak for the same person with the same claims are together.
 * @param {import('./types.js').TransportName} name
 * @param {import('./types.js').TransportContext} context
 * @param {import('./types.js').TransportListener} listener
 * @returns {Promise<import('./types.js').Transport>}
 */
export async function sharedTransport(name, context, listener) {
  const holder = holderOf(await context.tokens.current().catch(() => ''));
  const line = holder && (await lineTo(`parley 1 ${context.base.href} ${holder}`, withExtras(context.platform)));
  return line ? new SharedTransport(name, line, context, listener) : TRANSPORTS[name](context, listener);
}

/** @param {string} scope @param {Surroundings} platform @returns {Promise<Line | null>} */
async function lineTo(scope, platform) {
  const known = ways.get(platform.page) ?? new Map();
  ways.set(platform.page, known);
  if (!known.has(scope)) known.set(scope, waysTo(scope, platform));
  for (const way of await known.get(scope)) {
    const line = await way.line();
    if (line) return line;
  }
  return null;
}

/** A worker first: it outlives every tab. @param {string} scope @param {Surroundings} platform @returns {Promise<Way[]>} */
async function waysTo(scope, platform) {
  const tab = platform.newKey();
  const held = await hold(`parley tab ${tab}`, platform);
  const hello = { type: 'hello', tab, held };
  return [workerWay(scope, hello, platform), electedWay(scope, hello, platform)];
}

/** The browser gives the lock back when this page is gone, however it ends. @param {string} name @param {Surroundings} platform @returns {Promise<boolean>} */
function hold(name, { locks }) {
  return new Promise((resolve) => {
    if (!locks) return resolve(false);
    const forever = () => new Promise(() => resolve(true));
    locks.request(name, forever).catch(() => resolve(false));
  });
}

/** A worker that has died is started again; one that does not answer then either is not asked again. @param {string} scope @param {import('./shared-line.js').Word} hello @param {Surroundings} platform @returns {Way} */
function workerWay(scope, hello, platform) {
  /** @type {Line | null} */
  let line = null;
  let tries = 2;
  platform.onHide(() => line?.say({ type: 'bye' }));
  const find = async () => {
    for (let left = tries; left > 0; left--) {
      line ??= workerLine(scope, hello, platform);
      if (await line?.alive()) return line;
      line = null;
    }
    tries = 0;
    return null;
  };
  return { line: find };
}

/** @param {string} scope @param {import('./shared-line.js').Word} hello @param {Surroundings} platform @returns {Line | null} */
function workerLine(scope, hello, platform) {
  try {
    const { SharedWorker } = /** @type {Required<Surroundings>} */ (platform);
    const { port } = new SharedWorker(trusted(new URL('./shared-worker.js', import.meta.url).href), { type: 'module', name: scope });
    const line = new Line((word) => port.postMessage(word), hello, platform);
    port.onmessage = ({ data }) => line.hear(data);
    return line;
  } catch {
    // There is none, it is another origin's script, or a content security policy forbids it: the tabs elect one of them.
    return null;
  }
}

/** It is loaded where it is needed. @param {string} scope @param {import('./shared-line.js').Word} hello @param {Surroundings} platform @returns {Way} */
function electedWay(scope, hello, platform) {
  /** @type {Promise<Way> | null} */
  let election = null;
  const load = async () => new (await import('./shared-election.js')).Election(scope, hello, platform);
  const line = async () => {
    if (!platform.BroadcastChannel) return null;
    election ??= load();
    return (await election).line();
  };
  return { line };
}

/** @type {any} a page has one policy of a name */
let policy;

/** Where a content security policy names those Trusted Types policies that may be, `parley` has to be one of them. @param {string} url @returns {any} */
function trusted(url) {
  const types = /** @type {any} */ (globalThis).trustedTypes;
  policy ??= types?.createPolicy('parley', { createScriptURL: (/** @type {string} */ own) => own });
  return policy?.createScriptURL(url) ?? url;
}
