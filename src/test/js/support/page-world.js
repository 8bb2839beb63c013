import { Parley } from '../../../main/webapp/client/parley.js';
import { ofPage } from './fake-browser.js';
import { randomOf } from './world.js';

let keys = 0;

/** One client in one page of a `FakeBrowser`. What it tells is written down. */
export function pageWorld({ clock, server, page, seed = 1, transport = 'websocket', getToken, ...options }) {
  const wakers = new Set();
  const onWake = (wake) => {
    wakers.add(wake);
    return () => wakers.delete(wake);
  };
  const platform = { ...ofPage(page, server.platform), random: randomOf(seed), newKey: () => `key-${++keys}`, onWake, ...page.extras };
  const parley = new Parley('http://parley.test/parley', { getToken, transport, platform, ...options });
  const told = { states: [], messages: [], reloads: [], duplicates: 0, errors: [] };
  parley.on('state', (change) => told.states.push(change));
  parley.on('message', (message) => told.messages.push(message));
  parley.on('reload', (reload) => told.reloads.push(reload));
  parley.on('duplicate', () => told.duplicates++);
  parley.on('error', (error) => told.errors.push(error));
  return { parley, told, page, wake: () => wakers.forEach((wake) => wake()), platform };
}
