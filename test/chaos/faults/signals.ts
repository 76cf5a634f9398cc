import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import type { Running } from '../../support/mvs.js';
import type { Arena } from '../support/arena.js';
import { expectClips } from '../support/clips.js';
import { full, randomOf } from '../support/form.js';
import { judge } from '../support/judge.js';
import type { SeenFrame } from '../support/tcp-proxy.js';
import { consumeArgs, emptyFetchBytes, Trial } from '../support/trial.js';

const framesPerState = 64;
const inShort = 5;
const random = randomOf(7);
const interrupts = ['SIGTERM', 'SIGINT'] as const;

interface State {
  readonly args: readonly string[];
  readonly exitCode: number;
  /** Resolves when the command is in it. */
  readonly reach: (trial: Trial) => Promise<void>;
}

const consumer = { args: consumeArgs, exitCode: 0 };
const producer = { args: ['produce', 'videos/cat.webm', '--every', '1', '--realtime'], exitCode: 130 };

const states: Readonly<Record<string, State>> = {
  'a consumer that starts': { ...consumer, reach: seen('request', 'metadata') },
  'a consumer that waits to join': {
    ...consumer,
    reach: async (trial) => {
      trial.arena.kafka.rule = ({ direction, kind }) =>
        direction === 'response' && kind === 'join' ? 'hold' : 'pass';
      await nextCount(trial, 'request', 'join');
    },
  },
  'a consumer that waits for frames': {
    ...consumer,
    reach: async (trial) => {
      await trial.untilDone();
      await nextCount(trial, 'response', 'fetch');
    },
  },
  'a consumer in inference': { ...consumer, reach: framesFetched },
  'a consumer that is to end by itself': {
    args: [...consumeArgs, '--until-drained'],
    exitCode: 130,
    reach: framesFetched,
  },
  'a consumer whose database is away': {
    ...consumer,
    reach: async (trial) => {
      await framesFetched(trial);
      trial.arena.mongo.goAway();
      await aWhile();
    },
  },
  'a consumer whose broker is away': { ...consumer, reach: brokerGone(framesFetched) },
  'a consumer in a rebalance': {
    ...consumer,
    reach: async (trial) => {
      await framesFetched(trial);
      trial.mvs(...consumeArgs);
      await nextCount(trial, 'request', 'join');
    },
  },
  'a producer at work': { ...producer, reach: seen('request', 'produce') },
  'a producer whose broker is away': { ...producer, reach: brokerGone(seen('response', 'produce')) },
};

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
    await trial.drain();
    await judge(trial, 'SIGTERM and SIGINT in every state', injected);
  });

  it('ends at once on a second signal', async () => {
    const trial = await Trial.start(arena());
    await trial.publish('cat', framesPerState);
    let injected = 0;
    for (const signal of interrupts) {
      const running = trial.mvs(...consumeArgs);
      await brokerGone(framesFetched)(trial);
      running.kill(signal);
      // Leaving the group takes seconds where the broker is away.
      await sleep(500);
      running.kill(signal);
      expect(await running).toMatchObject({ signal });
      injected += 1;
      await trial.arena.heal();
    }
    await trial.drain();
    await judge(trial, 'a second signal', injected);
  });
}

/** A command that has not ended after ten seconds is killed, and then has no exit code. */
async function endIn(trial: Trial, name: string, state: State, signal: NodeJS.Signals): Promise<void> {
  const running: Running = trial.mvs(...state.args);
  await state.reach(trial);
  running.kill(signal);
  const { exitCode, stderr } = await running;
  expect({ name, exitCode, stderr }).toMatchObject({ name, exitCode: state.exitCode });
  await trial.endAll();
  await trial.arena.heal();
}

function seen(direction: SeenFrame['direction'], kind: string) {
  return (trial: Trial): Promise<void> => nextCount(trial, direction, kind);
}

/** Waits for one more frame of this kind. */
async function nextCount(
  { arena: { kafka } }: Trial,
  direction: SeenFrame['direction'],
  kind: string,
): Promise<void> {
  const before = kafka.seen(direction, kind);
  await vi.waitUntil(() => kafka.seen(direction, kind) > before, { timeout: 60_000, interval: 5 });
}

/** Waits until frames have come and, by chance, some way into inference. */
async function framesFetched({ arena: { kafka } }: Trial): Promise<void> {
  let fetched = false;
  kafka.rule = ({ direction, kind, bytes }) => {
    fetched ||= direction === 'response' && kind === 'fetch' && bytes > emptyFetchBytes;
    return 'pass';
  };
  await vi.waitUntil(() => fetched, { timeout: 60_000, interval: 5 });
  await sleep(random.between(0, 200));
}

function brokerGone(after: (trial: Trial) => Promise<void>) {
  return async (trial: Trial): Promise<void> => {
    await after(trial);
    trial.arena.kafka.goAway();
    await aWhile();
  };
}

function aWhile(): Promise<void> {
  return sleep(random.between(0, 1500));
}
