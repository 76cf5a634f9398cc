import { join } from 'node:path';
import { expect, inject, it, vi } from 'vitest';
import { description, tinyModelIn, writeTinyModelTo } from '../../support/tiny-model.js';
import type { Arena } from '../support/arena.js';
import { full, randomOf } from '../support/form.js';
import { judge } from '../support/judge.js';
import { Trial } from '../support/trial.js';

const kills = full ? 20 : 4;
/** More than the lives get through, which insert three batches at most. */
const frames = full ? 800 : 120;
const random = randomOf(21);

export function relabelKilled(arena: () => Arena): void {
  it('gives each frame a result of a second model when relabel is killed before and after its inserts', async () => {
    const trial = await Trial.start(arena());
    await trial.publish('dog', frames, { bad: [random.between(1, frames)] });
    await trial.drain('--model', await anotherModel(trial));
    const args = ['relabel', '--model', tinyModelIn(inject('cache')), '--batch', '8', '--json'];
    for (let life = 1; life <= kills; life += 1) {
      const victim = trial.mvs(...args);
      let left = random.between(1, 3);
      trial.arena.mongo.rule = ({ direction, kind }) => {
        const meets = kind === 'insert' && direction === (life % 2 === 0 ? 'request' : 'response');
        if (!meets || --left > 0) return 'pass';
        setTimeout(() => victim.kill('SIGKILL'), random.between(0, 50));
        return 'hold';
      };
      await vi.waitUntil(() => victim.killed, { timeout: 60_000 });
      await victim;
      trial.arena.stopBreaking();
    }
    const last = await trial.mvs(...args);
    // The frame that is no picture is missing in both.
    expect(last, last.stderr).toMatchObject({ exitCode: 65 });
    expect(await trial.database.framesOfOthers()).toHaveLength(1);
    await judge(trial, 'relabel killed with -9', kills);
  });
}

/** Another version than the tiny network, and as fast: the faults meet `relabel`, not what ran before it. */
async function anotherModel({ arena }: Trial): Promise<string> {
  const folder = join(arena.home, 'another-model');
  await writeTinyModelTo(folder, description.replace('name: tiny', 'name: another'));
  return join(folder, 'tiny.onnx');
}
