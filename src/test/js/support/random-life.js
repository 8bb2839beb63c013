import { test } from 'node:test';
import * as fc from '../vendor/fast-check.js';
import { randomOf } from './world.js';

const RUNS = Number(process.env.RUNS ?? 60);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000_000);
const EVENTS = 80;
let tags = 0;

/**
 * An event that may happen to a client: a command of fast-check that takes some time.
 * @param {string} name
 * @param {any[]} needs arbitraries of what it is given
 * @param {(model: any, ...given: any[]) => boolean} may
 * @param {(real: any, ...given: any[]) => void} act is also given a text that nobody else is given
 * @param {(model: any, ...given: any[]) => void} [note] what it does to the model
 */
export function numbered(name, needs, may, act, note = () => {}) {
  const pause = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 400 }));
  return { name, arbitrary: fc.tuple(fc.tuple(...needs), pause), command: (given, ms) => ({
    check: (model) => may(model, ...given),
    async run(model, real) {
      note(model, ...given);
      act(real, ...given, `said ${++tags}`);
      await real.clock.advance(ms);
      real.judge(model);
    },
    toString: () => `${name}(${given.join()})`,
  }) };
}

/** Plays random lives; what fails is shrunk to the fewest events that still fail, and told with the seed that repeats it. */
export function playing(title, play) {
  test(title, (context) => {
    context.diagnostic(`SEED=${SEED} RUNS=${RUNS} repeats it`);
    return fc.assert(propertyOf(play), { seed: SEED, numRuns: RUNS, endOnFailure: false });
  });
}

function propertyOf({ events, start, given, end = async () => {} }) {
  const commands = events.map(({ arbitrary, command }) => arbitrary.map(([values, ms]) => command(values, ms)));
  return fc.asyncProperty(fc.commands(commands, { maxCommands: EVENTS, size: 'max' }), ...given, async (life, ...more) => {
    const made = start(...more);
    await made.real.clock.advance(500);
    await fc.asyncModelRun(() => made, life);
    await end(made);
  });
}

/** The weather clears up: everything that was under way comes to its end. */
export async function calm({ clock, server }, channels) {
  Object.assign(server, { onPublish: () => undefined, loses: () => false, down: false, recoverLimit: 300 });
  await clock.advance(10_000);
  for (const channel of channels) server.publish(channel, 'the last one', { user: 'ben' });
  await clock.advance(90_000);
}

/** Refuses for now, or stores and loses the answer; as a loser of pushes, loses one of five. */
export function hesitant(seed, losing = false) {
  const random = randomOf(seed);
  if (losing) return () => random() < 0.2;
  return () => {
    const chance = random();
    if (chance < 0.2) return { code: 'unavailable', retryable: true, retryAfterMs: 100 };
    return chance < 0.3 ? 'lose the answer' : undefined;
  };
}
