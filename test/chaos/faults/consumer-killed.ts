import { expect, it, vi } from 'vitest';
import type { Arena } from '../support/arena.js';
import { full, randomOf } from '../support/form.js';
import { judge } from '../support/judge.js';
import type { Random } from '../support/random.js';
import type { Rule } from '../support/tcp-proxy.js';
import { consumeArgs, emptyFetchBytes, Trial, twoModels } from '../support/trial.js';

const kills = full ? 20 : 5;
/** Published before each life, so that each kill meets work; a life rarely gets through as many. */
const framesPerLife = full ? 64 : 48;
const longestDelayMs = 150;

const moments = ['fetched', 'inference', 'insert sent', 'insert done', 'commit sent'] as const;
type Moment = (typeof moments)[number];

export function consumerKilled(arena: () => Arena): void {
  it('loses and doubles nothing of a classifier and a detector when a consumer is killed in fetch, in inference, between insert and commit', async () => {
    const trial = await Trial.start(arena());
    const random = randomOf(1);
    const met: Moment[] = [];
    for (let life = 1; life <= kills; life += 1) {
      await trial.publish(`life-${life}`, framesPerLife, { bad: [random.between(1, framesPerLife)] });
      // The first ones in turn, so that each is met in a short run too.
      const moment = life <= moments.length ? moments[life - 1] : random.pick(moments);
      met.push(await liveUntil(trial, moment ?? 'fetched', random));
      trial.arena.stopBreaking();
    }
    await trial.drain(...twoModels());
    expect(await trial.database.framesOfOthers()).toHaveLength(1);
    expect(await trial.database.detections()).toBe(trial.expected.size - trial.bad.size);
    const row = await judge(trial, 'consumer with a classifier and a detector killed with -9', met.length);
    expect(row.injected).toBe(kills);
  });
}

/** Runs a consumer that is killed at the nth time that the moment comes. */
async function liveUntil(trial: Trial, moment: Moment, random: Random): Promise<Moment> {
  const { kafka, mongo } = trial.arena;
  const delay = random.between(0, longestDelayMs);
  const victim = trial.mvs(...consumeArgs, ...twoModels());
  const kill = (): void => {
    victim.kill('SIGKILL');
  };
  /** Swallows what it meets, and kills a moment later: what is done too early then shows. */
  const killed = (): 'hold' => {
    setTimeout(kill, delay);
    return 'hold';
  };
  const at = (direction: string, kind: string, onMeeting: () => 'pass' | 'hold'): Rule => {
    // One fetch may bring all that there is.
    let left = kind === 'fetch' ? 1 : random.between(1, 3);
    return (frame) => {
      const empty = frame.kind === 'fetch' && frame.bytes < emptyFetchBytes;
      const meets = frame.direction === direction && frame.kind === kind && !empty;
      return meets && --left <= 0 ? onMeeting() : 'pass';
    };
  };
  switch (moment) {
    case 'fetched':
      kafka.rule = at('response', 'fetch', () => {
        setImmediate(kill);
        return 'pass';
      });
      break;
    case 'inference': {
      kafka.rule = at('response', 'fetch', () => {
        setTimeout(kill, delay);
        mongo.rule = at('request', 'insert', killed);
        return 'pass';
      });
      break;
    }
    case 'insert sent':
      mongo.rule = at('request', 'insert', killed);
      break;
    case 'insert done':
      mongo.rule = at('response', 'insert', killed);
      break;
    case 'commit sent':
      kafka.rule = at('request', 'commit', killed);
      break;
  }
  const met = vi.waitUntil(() => victim.killed, { timeout: 60_000 });
  await met.catch(() => {
    throw new Error(`"${moment}" never came: ${victim.exitCode ?? 'still running'}`);
  });
  await victim;
  return moment;
}
