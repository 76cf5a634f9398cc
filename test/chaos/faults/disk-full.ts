import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { freshHome, pidOf } from '../../support/stack.js';
import { lives } from '../../support/reaper.js';
import { Arena } from '../support/arena.js';
import { full } from '../support/form.js';
import { judge } from '../support/judge.js';
import { untilStable } from '../support/measure.js';
import { canMount, SmallDisk } from '../support/small-disk.js';
import { consumeArgs, Trial } from '../support/trial.js';

const diskMiB = 160;
const frames = 300;
const fullMs = full ? 20_000 : 4_000;

export function diskFull(): void {
  it.skipIf(!canMount())(
    'a full disk under broker and database is told and waited for, nothing is settled, and all goes on when there is room',
    async () => {
      const disk = await SmallDisk.mount(diskMiB, onTestFinished);
      const arena = await Arena.open(onTestFinished, freshHome(onTestFinished, disk.folder));
      const trial = await Trial.start(arena);
      await trial.publish('cat', frames);
      const consumer = trial.mvs(...consumeArgs);
      await trial.untilStored(40);

      await disk.fill();
      const settled = await untilStable(() => trial.committed());
      const stored = (await trial.stored()).length;
      await sleep(fullMs);
      expect(await trial.committed(), 'offsets committed while nothing could be stored').toEqual(settled);
      expect((await trial.stored()).length).toBe(stored);

      // Now there is something to write for the broker too: Kafka ends itself when it cannot.
      const producer = trial.mvs('produce', 'videos/rocket.webm', '--every', '1', '--realtime', '--json');
      const broker = pidOf(arena.servers, 'kafka');
      await vi.waitUntil(() => !lives(broker), { timeout: 60_000, interval: 100 });
      await expect(arena.restart()).rejects.toMatchObject({
        code: 'DISK_FULL',
        message: expect.stringContaining('no space left') as string,
      });

      await disk.free();
      await arena.restart();
      const produced = await producer;
      expect(produced, produced.stderr).toMatchObject({ exitCode: 0 });
      expectPublished(trial, produced.stdout);
      await trial.untilDone();
      consumer.kill('SIGTERM');
      const { exitCode, stderr } = await consumer;
      expect(stderr).toContain('the database has no space left on its disk; trying again until it works');
      expect(exitCode).toBe(0);
      await judge(trial, 'disk full under broker and database', 2);
    },
  );
}

function expectPublished(trial: Trial, stdout: string): void {
  const { videos } = JSON.parse(stdout) as { videos: { video: string; framesPublished: number }[] };
  for (const { video, framesPublished } of videos) trial.expectFrames(video, framesPublished);
}
