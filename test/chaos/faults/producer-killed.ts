import { expect, it, vi } from 'vitest';
import type { Arena } from '../support/arena.js';
import { expectClips } from '../support/clips.js';
import { full, randomOf } from '../support/form.js';
import { judge } from '../support/judge.js';
import type { Random } from '../support/random.js';
import { Trial } from '../support/trial.js';

/** Of each signal. */
const interruptions = full ? 6 : 2;
const clip = ['produce', 'videos/cat.webm', '--every', '1'] as const;

export function producerKilled(arena: () => Arena): void {
  it.each([
    ['killed with -9', 'SIGKILL'],
    ['interrupted by Ctrl-C', 'SIGINT'],
  ] as const)(
    'stores each frame once of a video whose producer was %s and ran again',
    async (how, signal) => {
      const trial = await Trial.start(arena());
      const random = randomOf(signal === 'SIGKILL' ? 2 : 12);
      for (let n = 0; n < interruptions; n += 1) await endInTheMiddle(trial, signal, random);
      expectClips(trial, 'cat');
      const last = await trial.mvs(...clip, '--json');
      expect(last, last.stderr).toMatchObject({ exitCode: 0 });
      expect(await trial.drain()).toMatchObject({ deadLettered: 0 });
      await judge(trial, `producer ${how} and run again`, interruptions);
      const answer = await trial.mvs('query', 'cat', '--json');
      expect(answer, answer.stderr).toMatchObject({ exitCode: 0 });
    },
  );
}

/** Ends a producer when some request is seen, which gets lost with -9, or when its response comes. */
async function endInTheMiddle(trial: Trial, signal: 'SIGKILL' | 'SIGINT', random: Random): Promise<void> {
  const { kafka } = trial.arena;
  const direction = random.pick(['request', 'response']);
  let left = random.between(1, 20);
  // At the speed of a camera there are dozens of requests.
  const producer = trial.mvs(...clip, '--realtime');
  kafka.rule = (frame) => {
    if (frame.kind !== 'produce' || frame.direction !== direction || --left !== 0) return 'pass';
    producer.kill(signal);
    return signal === 'SIGKILL' ? 'hold' : 'pass';
  };
  await vi.waitUntil(() => producer.killed, { timeout: 60_000 });
  const ended = await producer;
  trial.arena.stopBreaking();
  expect(ended, ended.stderr).toMatchObject(signal === 'SIGKILL' ? { signal } : { exitCode: 130 });
}
