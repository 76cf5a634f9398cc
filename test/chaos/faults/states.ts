import { setTimeout as sleep } from 'node:timers/promises';
import { vi } from 'vitest';
import { randomOf } from '../support/form.js';
import type { SeenFrame } from '../support/tcp-proxy.js';
import { inferArgs, emptyFetchBytes, type Trial } from '../support/trial.js';

const random = randomOf(17);

/** A state in which a signal may find a command. */
export interface State {
  readonly args: readonly string[];
  readonly exitCode: number;
  /** Resolves when the command is in it. */
  readonly reach: (trial: Trial) => Promise<void>;
}

const consumer = { args: inferArgs, exitCode: 0 };
export const producer = { args: ['produce', 'videos/cat.webm', '--every', '1', '--realtime'], exitCode: 130 };

export const consumerWithoutBroker: State = { ...consumer, reach: brokerGone(framesFetched) };

export const states: Readonly<Record<string, State>> = {
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
    args: [...inferArgs, '--until-drained'],
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
  'a consumer whose broker is away': consumerWithoutBroker,
  'a consumer in a rebalance': {
    ...consumer,
    reach: async (trial) => {
      await framesFetched(trial);
      void trial.mvs(...inferArgs);
      await nextCount(trial, 'request', 'join');
    },
  },
  'a producer at work': { ...producer, reach: seen('request', 'produce') },
  'a producer whose broker is away': { ...producer, reach: brokerGone(seen('response', 'produce')) },
};

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
