import { describe, expect, it } from 'vitest';
import { MvsError } from '../../../src/core/base/errors.js';
import type { Classifier } from '../../../src/core/classifier/port.js';
import { withChanges } from '../../support/broken.js';
import { publish } from '../../support/fresh.js';
import { drain, frameNumbers, freshPorts, messagesOf, options } from '../../support/pipeline.js';
import { networkOf, numbersIn, version } from '../../support/versions.js';

const [a, b] = [version('first', 'a'), version('second', 'b')];

/** Ports for two networks; the second one's classifier is what `change` makes of it. */
async function twoNetworks(change: (classifier: Classifier) => Classifier = (classifier) => classifier) {
  const ports = await freshPorts({ partitions: 1 });
  const first = networkOf(ports, a);
  const second = networkOf({ ...ports, classifier: change(ports.classifier) }, b);
  return { ...ports, store: first.store, others: [second] };
}

function failing(classifier: Classifier, error: () => MvsError | undefined): Classifier {
  return withChanges(classifier, {
    classify: (pictures, topK) => {
      const failure = error();
      return failure ? Promise.reject(failure) : classifier.classify(pictures, topK);
    },
  });
}

describe('two networks in one consumer', () => {
  it('store a result of each frame each, and settle it when both are stored', async () => {
    const ports = await twoNetworks();
    await publish(ports.stream, await messagesOf('cat', 40));
    const settings = options();
    const totals = await drain(ports, settings);
    const stored = { stored: 40, duplicates: 0 };
    expect(totals).toMatchObject({ frames: 40, deadLettered: 0, results: [stored, stored] });
    for (const each of [a, b]) expect(await numbersIn(ports.store.of(each), 'cat')).toEqual(frameNumbers(40));
    expect(await ports.stream.lag(settings.group)).toMatchObject({ partitions: [{ lag: 0 }] });
  });

  it.each([
    ['fails for good', 'skip', new MvsError('ENGINE_FAILED', 'it crashed', { retriable: true })],
    ['refuses every picture', 'dlq', new MvsError('ENGINE_FAILED', 'refused')],
    [
      'is on a server that is down',
      'skip',
      new MvsError('ENGINE_UNAVAILABLE', 'no answer', { retriable: true }),
    ],
  ] as const)(
    'where one %s: the other one is not held back, and what is missing can be sent again',
    async (_, onBadFrame, error) => {
      let broken = true;
      const ports = await twoNetworks((each) => failing(each, () => (broken ? error : undefined)));
      await publish(ports.stream, await messagesOf('cat', 30));
      const settings = options({ patienceMs: 1000, restMs: 100, onBadFrame });
      const totals = await drain(ports, settings);
      expect(totals).toMatchObject({
        frames: 30,
        deadLettered: 30,
        results: [{ stored: 30 }, { stored: 0 }],
      });
      expect(await numbersIn(ports.store, 'cat')).toEqual(frameNumbers(30));
      expect(await ports.store.deadFrames('cat')).toEqual([]);
      const lacking = ports.store.of(b);
      expect((await lacking.deadFrames('cat')).map(({ frame }) => frame)).toEqual(frameNumbers(30));

      broken = false;
      await publish(ports.stream, await messagesOf('cat', 30));
      expect(await drain(ports, settings)).toMatchObject({ results: [{ duplicates: 30 }, { stored: 30 }] });
      expect(await lacking.deadFrames('cat')).toEqual([]);
    },
    90_000,
  );

  it('where both fail: nothing is settled', async () => {
    const error = new MvsError('ENGINE_FAILED', 'it crashed', { retriable: true });
    const ports = await twoNetworks((each) => failing(each, () => error));
    await publish(ports.stream, await messagesOf('cat', 8));
    const settings = options({ patienceMs: 1000 });
    const all = { ...ports, classifier: failing(ports.classifier, () => error) };
    await expect(drain(all, settings)).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
    expect(await ports.stream.lag(settings.group)).toMatchObject({ partitions: [{ lag: 9 }] });
  }, 90_000);

  it('where the database refuses one of the results: nothing is settled', async () => {
    const ports = await twoNetworks();
    await publish(ports.stream, await messagesOf('cat', 8));
    const [second] = ports.others;
    const save = () => Promise.reject(new MvsError('BUG', 'the insert was refused'));
    const others = [{ ...second, ...networkOf(ports, b), store: withChanges(ports.store.of(b), { save }) }];
    const settings = options();
    await expect(drain({ ...ports, others }, settings)).rejects.toThrow('the insert was refused');
    expect(await ports.stream.lag(settings.group)).toMatchObject({ partitions: [{ lag: 9 }] });
  });
});
