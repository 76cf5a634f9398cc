import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Running } from '../../support/mvs.js';
import type { Arena } from '../support/arena.js';
import { expectClips } from '../support/clips.js';
import { full, randomOf } from '../support/form.js';
import { judge } from '../support/judge.js';
import { slowModel, Trial } from '../support/trial.js';
import { consumerWithoutBroker, producer, states, type State } from './states.js';

const framesPerState = full ? 64 : 32;
const inShort = 5;
/** A process that is told to end has ended after so long. */
const promisedMs = 10_000;
const random = randomOf(7);
const interrupts = ['SIGTERM', 'SIGINT'] as const;

export function signalled(arena: () => Arena): void {
  it('ends in good order on SIGTERM and SIGINT in every state', async () => {
    const trial = await Trial.start(arena());
    let injected = 0;
    const all = Object.entries(states).flatMap(([name, state]) =>
      interrupts.map((signal) => ({ name: `${name}, ${signal}`, state, signal })),
    );
    for (const { name, state, signal } of full ? all : random.some(inShort, all)) {
      await trial.publish(`state-${(injected += 1)}`, framesPerState);
      await endIn(trial, name, state, signal);
    }
    expectClips(trial, 'cat');
    expect(await trial.mvs(...producer.args)).toMatchObject({ exitCode: 0 });
    await trial.drain(...slowModel);
    await judge(trial, 'SIGTERM and SIGINT in every state', injected);
  });

  it('ends at once on a second signal', async () => {
    const trial = await Trial.start(arena());
    await trial.publish('cat', framesPerState);
    let injected = 0;
    for (const signal of interrupts) {
      const running = trial.mvs(...consumerWithoutBroker.args);
      await consumerWithoutBroker.reach(trial);
      running.kill(signal);
      // Leaving the group takes seconds where the broker is away.
      await sleep(500);
      running.kill(signal);
      expect(await running).toMatchObject({ signal });
      injected += 1;
      await trial.arena.heal();
    }
    await trial.drain(...slowModel);
    await judge(trial, 'a second signal', injected);
  });
}

async function endIn(trial: Trial, name: string, state: State, signal: NodeJS.Signals): Promise<void> {
  const running: Running = trial.mvs(...state.args);
  await state.reach(trial);
  running.kill(signal);
  const sentAt = Date.now();
  const { exitCode, stderr } = await running;
  const inTime = Date.now() - sentAt < promisedMs;
  expect({ name, exitCode, inTime, stderr }).toMatchObject({ name, exitCode: state.exitCode, inTime: true });
  await trial.killAll();
  await trial.arena.heal();
}
