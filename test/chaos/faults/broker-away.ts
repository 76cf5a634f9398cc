import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import type { Arena } from '../support/arena.js';
import { expectClips, produceArgs } from '../support/clips.js';
import { full, randomOf } from '../support/form.js';
import { judge } from '../support/judge.js';
import { consumeArgs, Trial } from '../support/trial.js';

const backlog = full ? 500 : 120;
const awayMs = full ? 30_000 : 4_000;

export function brokerAway(arena: () => Arena): void {
  it.each([
    ['killed with -9', 'SIGKILL'],
    ['stopped cleanly', 'SIGTERM'],
  ] as const)(
    'waits for a broker that is %s while frames are published and consumed',
    async (how, signal) => {
      const trial = await Trial.start(arena());
      const random = randomOf(3);
      // Enough to be at work until the broker goes.
      await trial.publish('backlog', backlog);
      expectClips(trial);
      const consumer = trial.mvs(...consumeArgs);
      await trial.untilStored(random.between(1, 50));
      const producer = trial.mvs(...produceArgs, '--realtime', '--json');
      const { kafka } = trial.arena;
      const enough = kafka.seen('request', 'produce') + random.between(1, 20);
      await vi.waitUntil(() => kafka.seen('request', 'produce') >= enough, 60_000);

      expect(producer.exitCode, 'the producer is still at work').not.toBeTypeOf('number');
      await trial.arena.stop('kafka', signal);
      await sleep(awayMs);
      await trial.arena.start();

      const produced = await producer;
      expect(produced, produced.stderr).toMatchObject({ exitCode: 0 });
      await trial.untilDone();
      await trial.end(consumer);
      await judge(trial, `broker ${how}, away for ${awayMs / 1000} s`, 1);
    },
  );
}
