import { randomUUID } from 'node:crypto';
import { Parley } from '../../../../../target/client/parley.js';
import { Link } from './link.js';

/** The server, which must be in development mode. */
export const SERVER = new URL(process.env.PARLEY_URL ?? 'http://localhost:8080/parley/');
/** Builds run on busy machines. */
const PATIENCE_MS = Number(process.env.PATIENCE_MS ?? 60_000);

export const newRoom = () => `room:${randomUUID()}`;
export const newUser = (name) => `${name}-${randomUUID().slice(0, 8)}`;

/** @param {{user: string, roles?: string[], expiresIn?: number}} who */
export async function tokenOf(who) {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(new URL('api/v1/dev/token', SERVER), { method: 'POST', headers, body: JSON.stringify(who) });
  if (!answer.ok) throw new Error(`no token: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).token;
}

/** Somebody with a client of their own, over a link of their own; all of it ends with the test. */
export async function person(test, { user = newUser('ann'), roles, transport, getToken, ...options }) {
  const link = await new Link(SERVER).open();
  const parley = new Parley(link.url, { getToken: getToken ?? (() => tokenOf({ user, roles })), transport, ...options });
  const errors = [];
  parley.on('error', (error) => errors.push(error));
  test.after(() => {
    parley.close();
    link.close();
  });
  await within(parley.connect(), `${user} connects over ${transport}`);
  return { user, parley, link, errors };
}

/** The promise, or an error that says what did not happen. */
export function within(promise, what, ms = PATIENCE_MS) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`has not happened: ${what}`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * When what an emitter tells makes it so.
 * @param {{on: (type: string, listener: (detail: any) => void) => () => void}} emitter
 */
export function when(emitter, type, isSo, what) {
  if (isSo()) return Promise.resolve();
  let stop = () => {};
  const happened = new Promise((resolve) => {
    stop = emitter.on(type, (detail) => isSo(detail) && resolve());
  });
  return within(happened, what).finally(stop);
}

/** What a subscription brings, in order. */
export async function listen(parley, channel, options) {
  const subscription = parley.subscribe(channel, options);
  const heard = { subscription, messages: [], recovered: 0, duplicates: 0, reloads: 0 };
  subscription.on('message', (message) => heard.messages.push(message));
  subscription.on('recovered', ({ count }) => (heard.recovered += count));
  subscription.on('duplicate', () => heard.duplicates++);
  subscription.on('reload', () => heard.reloads++);
  await when(subscription, 'state', () => subscription.state === 'subscribed', `subscribed to ${channel}`);
  heard.data = () => heard.messages.map(({ data }) => data);
  heard.until = (count) => when(subscription, 'message', () => heard.messages.length >= count, `${count} messages in ${channel}`);
  return heard;
}
