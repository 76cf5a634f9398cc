import { it } from 'vitest';
import { publish } from '../../support/fresh.js';
import { messagesOf } from '../../support/pipeline.js';
import { randomOf, rounds } from '../support/form.js';
import { mutations } from '../support/mutations.js';
import { Scenario, type Stage } from '../support/scenario.js';

const mutated = 300;
const videos = 3;
const framesEach = 300;

export function mutatedMessages(stage: () => Stage): void {
  it(`stores all frames that lie among ${mutated} mutated messages, which become dead letters`, async () => {
    const scenario = await Scenario.start(stage());
    const { trial } = scenario;
    const random = randomOf(11);
    scenario.consume();
    for (let round = 1; round <= rounds; round += 1) {
      const real = [];
      for (let video = 1; video <= videos; video += 1) {
        const name = `round-${round}-video-${video}`;
        real.push(...(await messagesOf(name, framesEach)));
        trial.expectFrames(name, framesEach);
      }
      const bad = await mutations(random, mutated, `round-${round}`);
      for (const { name } of bad) trial.strangers.add(name);
      const all = random.some(Infinity, [...real, ...bad.map(({ message }) => message)]);
      await trial.ask((stream) => publish(stream, all));
    }
    await scenario.conclude(`${mutated} mutated messages among real ones`, rounds * mutated);
  });
}
