import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReceiptState } from '../../main/webapp/client/receipt-state.js';
import { randomOf } from './support/world.js';

/**
 * P-08 for receipts and unread counts: what is known of a room, and the pushes behind it, are what a fresh answer says,
 * whatever overtakes what. Seen to fail when a watermark may move back, when a count is taken that is older than another, and
 * when a message that the server has counted is counted again.
 */
const RUNS = Number(process.env.RUNS ?? 5_000);
const STEPS = 60;
const ROOM = 'room:lobby';
const PEOPLE = ['ana', 'ben', 'cleo'];
const ME = 'ana';

/** A room on a server: what was said, and how far each has come. */
class Room {
  log = [];
  gone = new Set();
  marks = new Map(PEOPLE.map((user) => [user, { delivered: 0, read: 0 }]));

  say(user) {
    return this.#append({ user: { id: user }, data: 'said' });
  }

  tell() {
    return this.#append({ event: 'member-joined', user: { id: 'ben' }, data: {} });
  }

  /** Only what is not gone already. */
  takeBack(offset) {
    if (this.gone.has(offset) || this.log[offset - 1].event) return;
    this.gone.add(offset);
    this.#append({ event: 'message-deleted', user: this.log[offset - 1].user, data: { offset } });
  }

  #append(message) {
    this.log.push({ channel: ROOM, offset: this.log.length + 1, ...message });
  }

  /** Returns what everybody is told, and what the person is. */
  note(user, { delivered = 0, read = 0 }) {
    const before = this.marks.get(user);
    const after = { delivered: Math.max(before.delivered, delivered, read), read: Math.max(before.read, read) };
    this.marks.set(user, after);
    return { user: { id: user }, ...after };
  }

  standing() {
    const { delivered, read } = this.marks.get(ME);
    return { user: { id: ME }, delivered, read, unread: this.unread(read), asOf: this.log.length };
  }

  /** What others have said behind this one, and have not taken back. */
  unread(read, end = this.log.length) {
    return this.log.filter(({ event, offset, user }) => !event && offset > read && offset <= end && user.id !== ME && !this.gone.has(offset)).length;
  }
}

function live(seed) {
  const random = randomOf(seed);
  const any = (things) => things[Math.floor(random() * things.length)];
  const deletes = seed % 2 === 0;
  const room = new Room();
  for (let step = random() * 20; step > 0; step--) room.say(any(PEOPLE));
  const state = new ReceiptState();
  /** Answers and pushes on their way: of these any may be the next, because they come over several channels. */
  let flying = [];
  let heard = room.log.length;
  let stale = true;
  const hear = () => {
    if (heard < room.log.length) state.arrived(structuredClone(room.log[heard++]));
  };
  const ask = () => {
    stale = false;
    room.note(ME, { delivered: heard });
    flying.push(room.standing());
  };
  const land = () => {
    const at = Math.floor(random() * flying.length);
    const [one] = flying.splice(at, 1);
    const before = state.own;
    if (one?.asOf === undefined) one && state.mark(one.user.id, one);
    else if (!state.stand(one)) stale = true;
    if (before) assert.ok(state.own.read >= before.read && state.own.asOf >= before.asOf, 'it has moved back');
  };
  ask();
  for (let step = 0; step < STEPS; step++) {
    const chance = random();
    if (chance < 0.3) room.say(any(PEOPLE));
    else if (chance < 0.35) room.tell();
    else if (chance < 0.42 && deletes && room.log.length > 0) room.takeBack(1 + Math.floor(random() * room.log.length));
    else if (chance < 0.7 && room.log.length > 0) {
      const user = any(PEOPLE);
      const to = 1 + Math.floor(random() * room.log.length);
      const told = room.note(user, random() < 0.5 ? { read: to } : { delivered: to });
      flying.push(user === ME ? room.standing() : told);
    }
    if (random() < 0.5) hear();
    if (random() < 0.5) land();
    if (stale || random() < 0.1) ask();
    const { own } = state;
    if (own && !deletes) assert.equal(state.unread, room.unread(own.read, Math.max(own.asOf, heard)), `step ${step}`);
  }
  while (heard < room.log.length) hear();
  // What is behind it is acknowledged, and the answer is the last that comes, or not.
  ask();
  for (const user of PEOPLE) if (user !== ME) flying.push(room.note(user, {}));
  while (flying.length > 0) land();
  assert.equal(state.unread, room.standing().unread);
  assert.equal(state.own.read, room.marks.get(ME).read);
  assert.equal(state.own.delivered, room.marks.get(ME).delivered);
  for (const user of ['ben', 'cleo']) assert.deepEqual(state.others.get(user), room.marks.get(user));
}

test(`${RUNS} rooms: receipts and counts that overtake each other are a fresh answer`, () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    try {
      live(seed);
    } catch (error) {
      assert.fail(`seed ${seed}: ${error.stack}`);
    }
  }
});
