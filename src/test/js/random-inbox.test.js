import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotificationList } from '../../main/webapp/client/notification-list.js';
import { randomOf } from './support/world.js';

/**
 * P-08 for notifications: a list, in pages, and the pushes behind it are what a fresh list is, whatever overtakes what.
 * Seen to fail when a push of something that the list has already is taken in again, when words about what has not come yet
 * are not kept, when a page that was asked for before a `notifications-read` is taken as it is, and when words of before the
 * list hold for it.
 */
const RUNS = Number(process.env.RUNS ?? 5_000);
const STEPS = 60;

/** The inbox of a server, which pushes in three channels, each in its order. */
class Inbox {
  items = [];
  upTo = { user: 0, tenant: 0 };
  channels = { user: [], urgent: [], org: [] };
  #last = 0;

  add(scope, urgent) {
    const number = ++this.upTo[scope];
    const one = { id: `${scope}-${number}`, scope, number, kind: 'news', data: null, urgent, time: String(++this.#last).padStart(6, '0'), read: false };
    this.items.push(one);
    const channel = scope === 'tenant' ? 'org' : urgent ? 'urgent' : 'user';
    const { id, time, read, ...data } = one;
    this.push(channel, { event: 'notification', messageId: id, time, user: { id: 'shop' }, data });
  }

  mark(one, read) {
    if (one.read === read) return;
    one.read = read;
    this.push('user', { event: 'notification-read', data: { id: one.id, scope: one.scope, number: one.number, read } });
  }

  remove({ id, scope, number }) {
    this.items = this.items.filter((each) => each.id !== id);
    this.push('user', { event: 'notification-removed', data: { id, scope, number } });
  }

  readAll(upTo) {
    for (const one of this.items) if (one.number <= upTo[one.scope]) one.read = true;
    this.push('user', { event: 'notifications-read', data: { upTo } });
  }

  clear(upTo) {
    this.items = this.items.filter(({ scope, number }) => number > upTo[scope]);
    this.push('user', { event: 'notifications-cleared', data: { upTo } });
  }

  push(channel, message) {
    this.channels[channel].push(structuredClone(message));
  }

  count() {
    return { unread: this.items.filter(({ read }) => !read).length, upTo: { ...this.upTo } };
  }

  /** Newest first, those before this time. */
  page(limit, before = '~') {
    const found = this.items.filter(({ time }) => time < before).reverse();
    const notifications = structuredClone(found.slice(0, limit));
    return { ...this.count(), notifications, next: found.length > limit ? notifications[limit - 1].time : undefined };
  }
}

/** A client as `notifications.js` is one, with answers that take their time. */
class Client {
  list = new NotificationList();
  next;
  stale = true;
  #heard = { user: 0, urgent: 0, org: 0 };
  #answer = null;
  #meanwhile = null;
  #loaded = false;

  constructor(inbox, random) {
    Object.assign(this, { inbox, random });
    // It is connected from here on: what was pushed before is not pushed to it.
    for (const channel of Object.keys(this.#heard)) this.#heard[channel] = inbox.channels[channel].length;
  }

  get busy() {
    return this.#answer !== null;
  }

  /** The server answers now, the answer arrives later. */
  begin(limit) {
    const page = this.inbox.page(limit);
    this.#meanwhile = [];
    this.#answer = () => {
      const meanwhile = this.#meanwhile;
      this.list.begin(page);
      Object.assign(this, { next: page.next, stale: false });
      this.#loaded = true;
      this.#meanwhile = null;
      for (const message of meanwhile) this.#take(message);
    };
  }

  older(limit) {
    if (!this.next) return;
    const page = this.inbox.page(limit, this.next);
    this.#answer = () => {
      this.list.extend(page);
      Object.assign(this, { next: page.next, stale: true });
    };
  }

  count() {
    if (!this.#loaded) return;
    const answer = this.inbox.count();
    this.stale = false;
    this.#answer = () => this.list.count(answer);
  }

  arrive() {
    const arrived = this.#answer;
    this.#answer = null;
    arrived?.();
  }

  /** Hears the next of one channel; whether there was one. */
  hear(channel) {
    const message = this.inbox.channels[channel][this.#heard[channel]];
    if (!message) return false;
    this.#heard[channel]++;
    if (this.#meanwhile) this.#meanwhile.push(message);
    else if (this.#loaded) this.#take(message);
    return true;
  }

  #take(message) {
    if (this.list.take(structuredClone(message)) === 'changed') this.stale = true;
  }
}

function change(inbox, random, any) {
  const chance = Math.floor(random() * 16);
  if (chance < 5 || inbox.items.length === 0) return inbox.add(random() < 0.3 ? 'tenant' : 'user', random() < 0.4);
  const one = any(inbox.items);
  const upTo = { user: Math.floor(random() * (inbox.upTo.user + 1)), tenant: Math.floor(random() * (inbox.upTo.tenant + 1)) };
  if (chance < 8) inbox.mark(one, true);
  else if (chance < 11) inbox.mark(one, false);
  else if (chance < 13) inbox.remove(one);
  else if (chance < 15) inbox.readAll(upTo);
  else inbox.clear({ user: Math.floor(upTo.user / 2), tenant: Math.floor(upTo.tenant / 2) });
  return undefined;
}

function act(client, random) {
  const limit = random() < 0.5 ? 3 : 1_000;
  if (client.busy) {
    if (random() < 0.5) client.arrive();
    return;
  }
  const chance = random();
  if (client.stale && chance < 0.2) client.count();
  else if (chance < 0.3) client.begin(limit);
  else if (chance < 0.6) client.older(limit);
}

function live(seed) {
  const random = randomOf(seed);
  const any = (things) => things[Math.floor(random() * things.length)];
  const inbox = new Inbox();
  for (let step = random() * 20; step > 0; step--) change(inbox, random, any);
  const client = new Client(inbox, random);
  client.begin(random() < 0.5 ? 3 : 1_000);
  for (let step = 0; step < STEPS; step++) {
    if (random() < 0.5) change(inbox, random, any);
    if (random() < 0.6) client.hear(any(['user', 'urgent', 'org']));
    act(client, random);
  }
  client.arrive();
  while (client.next) {
    client.older(1_000);
    client.arrive();
  }
  for (const channel of ['org', 'urgent', 'user']) while (client.hear(channel));
  if (client.stale) client.count();
  client.arrive();
  const seen = client.list.all.map(({ id, read }) => `${id} ${read}`).sort();
  assert.deepEqual(seen, inbox.items.map(({ id, read }) => `${id} ${read}`).sort());
  assert.equal(client.list.unread, inbox.count().unread);
}

test(`${RUNS} inboxes: pages and the pushes behind them are a fresh list`, () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    try {
      live(seed);
    } catch (error) {
      assert.fail(`seed ${seed}: ${error.stack}`);
    }
  }
});
