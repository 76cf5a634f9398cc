import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ServerName } from '../../../src/core/stack/index.js';
import { lives } from '../../support/reaper.js';
import { freshHome, pidOf } from '../../support/stack.js';
import { Arena } from '../support/arena.js';
import { expectClips } from '../support/clips.js';
import { full } from '../support/form.js';
import { judge } from '../support/judge.js';
import { untilStable } from '../support/measure.js';
import { canMount, SmallDisk } from '../support/small-disk.js';
import { consumeArgs, Trial } from '../support/trial.js';

const frames = 300;
const fullMs = full ? 20_000 : 3_000;
const produceArgs = ['produce', 'videos/cat.webm', '--every', '1', '--realtime'];

type Disks = Readonly<Record<ServerName, SmallDisk>>;

/** Servers of their own, each with its data on a disk of a few MiB. */
async function onSmallDisks(cleanUp: (work: () => Promise<void>) => void): Promise<[Arena, Disks]> {
  const site = freshHome(cleanUp);
  const mount = (server: ServerName, size: number): Promise<SmallDisk> =>
    SmallDisk.mount(join(site.home, 'stack', server), size, cleanUp);
  const disks = { kafka: await mount('kafka', 64), mongodb: await mount('mongodb', 4) };
  return [await Arena.open(cleanUp, site), disks];
}

/** A trial with a consumer that is processing frames. */
async function startTrial(arena: Arena) {
  const trial = await Trial.start(arena);
  await trial.publish('dog', frames);
  const consumer = trial.mvs(...consumeArgs);
  await trial.untilStored(40);
  return { trial, consumer };
}

/** How many frames are below these offsets, at least: one message is the end of the video. */
function framesBelow(offsets: readonly (number | null)[]): number {
  return offsets.reduce<number>((sum, offset) => sum + (offset ?? 0), 0) - 1;
}

export function diskFull(): void {
  describe.skipIf(!canMount())('a full disk', () => {
    const cleanUps: (() => Promise<void>)[] = [];
    let arena: Arena;
    let disks: Disks;

    beforeAll(async () => {
      [arena, disks] = await onSmallDisks((work) => void cleanUps.unshift(work));
    });

    afterAll(async () => {
      for (const cleanUp of cleanUps) await cleanUp();
    });

    it('of the database is told and waited for: nothing is settled, and all goes on when there is room', async () => {
      const { trial, consumer } = await startTrial(arena);
      await disks.mongodb.fill();
      const settled = await untilStable(() => trial.committed());
      await sleep(fullMs);
      expect(await trial.committed(), 'offsets committed while nothing could be stored').toEqual(settled);
      // The emulator opens its file again and again, cannot be asked meanwhile, and shows a write that it then takes back.
      const stored = await vi.waitFor(() => trial.stored(), { timeout: 30_000, interval: 100 });
      expect(stored.length, 'frames stored').toBeGreaterThanOrEqual(framesBelow(settled));
      expect(stored.length).toBeLessThan(frames);

      await disks.mongodb.free();
      await trial.untilDone();
      consumer.kill('SIGTERM');
      const { exitCode, stderr } = await consumer;
      expect(stderr).toContain('the database has no space left on its disk; trying again until it works');
      expect(exitCode).toBe(0);
      await judge(trial, 'disk of the database full', 1);
    });

    it('of the broker ends it: producer and consumer wait, and go on when there is room and it runs again', async () => {
      const { trial, consumer } = await startTrial(arena);
      const broker = pidOf(arena.servers, 'kafka');
      const producer = trial.mvs(...produceArgs);
      const before = arena.kafka.seen('response', 'produce');
      await vi.waitUntil(() => arena.kafka.seen('response', 'produce') > before, { timeout: 60_000 });
      await disks.kafka.fill();
      await vi.waitUntil(() => !lives(broker), { timeout: 60_000, interval: 100 });
      await expect(arena.restart()).rejects.toMatchObject({
        code: 'DISK_FULL',
        message: expect.stringContaining('no space left') as string,
      });
      await sleep(fullMs);

      await disks.kafka.free();
      await arena.restart();
      const produced = await producer;
      expect(produced, produced.stderr).toMatchObject({ exitCode: 0 });
      expectClips(trial, 'cat');
      await trial.untilDone();
      await trial.end(consumer);
      await judge(trial, 'disk of the broker full', 1);
    });
  });
}
