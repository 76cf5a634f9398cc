import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { ServerName } from '../../../src/core/stack/index.js';
import type { Running } from '../../support/mvs.js';
import type { Arena } from '../support/arena.js';
import { clips } from '../support/clips.js';
import { randomOf } from '../support/form.js';
import { judge } from '../support/judge.js';
import { expectFlat, residentBytes } from '../support/measure.js';
import { Supervisor } from '../support/supervisor.js';
import { consumeArgs, Trial } from '../support/trial.js';

const minutes = Number(process.env.MVS_SOAK_MINUTES ?? 0.25);
/** Before that a process still grows into its size. */
const memoryMinutes = 5;
const random = randomOf(10);

export function soak(arena: () => Arena): void {
  it(
    `soak: ${minutes} minutes of producing and consuming with random faults lose and double nothing, and nothing grows`,
    async () => {
      const trial = await Trial.start(arena(), { partitions: 6 });
      const deadline = Date.now() + minutes * 60_000;
      const steady = trial.mvs(...consumeArgs);
      const producing = new Producing(trial);
      const published = producing.until(deadline);
      // A consumer that finds no broker at its start ends: only one that works has to outlive faults.
      await trial.untilStored(1);
      const victim = new Supervisor(() => trial.mvs(...consumeArgs));
      const memory: number[] = [];
      let injected = 0;
      while (Date.now() < deadline) {
        await sleep(random.between(1000, 5000));
        memory.push(residentBytes(steady.pid));
        const fault = random.pick(faults);
        await fault(trial, victim, producing);
        injected += 1;
      }
      await trial.arena.heal();
      await published;
      await trial.untilDone();
      await trial.end(steady);
      await victim.stop();
      if (minutes >= memoryMinutes) expectFlat(memory, 1.2);
      await judge(trial, `soak of ${minutes} minutes with random faults`, injected);
    },
    minutes * 60_000 + 600_000,
  );
}

/** Publishes one video after the other at the speed of a camera; one that was interrupted is produced again. */
class Producing {
  readonly #trial: Trial;
  #running: Running | undefined;

  constructor(trial: Trial) {
    this.#trial = trial;
  }

  kill(signal: NodeJS.Signals): void {
    this.#running?.kill(signal);
  }

  async until(deadline: number): Promise<void> {
    const [[clip, frames] = ['', 0]] = clips();
    for (let n = 1; Date.now() < deadline; n += 1) {
      this.#trial.expectFrames(`take-${n}`, frames);
      const args = ['produce', `videos/${clip}.webm`, '--name', `take-${n}`, '--every', '1', '--realtime'];
      do this.#running = this.#trial.mvs(...args);
      while ((await this.#running).exitCode !== 0);
    }
  }
}

type Fault = (trial: Trial, victim: Supervisor, producing: Producing) => Promise<void> | void;

const faults: readonly [Fault, ...Fault[]] = [
  (_, victim) => {
    victim.kill('SIGKILL');
  },
  (_, victim) => {
    victim.kill('SIGTERM');
  },
  (_, __, producing) => {
    producing.kill('SIGKILL');
  },
  (_, __, producing) => {
    producing.kill('SIGINT');
  },
  away('kafka', 'SIGKILL'),
  away('kafka', 'SIGTERM'),
  away('mongodb', 'SIGKILL'),
  ({ arena: { kafka, mongo } }) => {
    random.pick([kafka, mongo]).cutAll();
  },
  loseResponses,
  async (trial) => {
    const guest = trial.mvs(...consumeArgs);
    await sleep(random.between(3000, 6000));
    guest.kill('SIGTERM');
    expect((await guest).signal ?? 'SIGTERM').toBe('SIGTERM');
  },
];

function away(server: ServerName, signal: 'SIGKILL' | 'SIGTERM'): Fault {
  return async ({ arena }) => {
    await arena.stop(server, signal);
    await sleep(random.between(500, 4000));
    await arena.start();
  };
}

async function loseResponses({ arena }: Trial): Promise<void> {
  const lossy = ['produce', 'fetch', 'commit', 'heartbeat', 'insert'];
  arena.kafka.rule = arena.mongo.rule = ({ direction, kind }) =>
    direction === 'response' && lossy.includes(kind) && random.chance(0.1) ? 'drop' : 'pass';
  await sleep(random.between(1000, 4000));
  arena.stopBreaking();
}
