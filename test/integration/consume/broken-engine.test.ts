import { describe, expect, it } from 'vitest';
import type { Classifier } from '../../../src/core/classifier/port.js';
import { MvsError } from '../../../src/core/base/errors.js';
import { withChanges } from '../../support/broken.js';
import { publish } from '../../support/fresh.js';
import { drain, freshPorts, messagesOf, options, storedFrames } from '../../support/pipeline.js';

/** The real classifier, which dies of what `kills` says. */
function dying(classifier: Classifier, kills: (pictures: readonly Uint8Array[]) => boolean): Classifier {
  return withChanges(classifier, {
    classify: (pictures, topK) =>
      kills(pictures)
        ? Promise.reject(new MvsError('ENGINE_FAILED', 'the inference worker died', { retriable: true }))
        : classifier.classify(pictures, topK),
  });
}

describe('an engine that breaks', () => {
  it('on one picture every time: that one is a dead letter, the rest of its batch is stored', async () => {
    const ports = await freshPorts({ partitions: 1 });
    const messages = await messagesOf('cat', 8);
    const poison = Buffer.concat([messages[4]?.value ?? Buffer.alloc(0), Buffer.from('!')]);
    await publish(
      ports.stream,
      messages.map((message, n) => (n === 4 ? { ...message, value: poison } : message)),
    );
    const kills = (pictures: readonly Uint8Array[]): boolean =>
      pictures.some((picture) => poison.equals(picture));
    const classifier = dying(ports.classifier, kills);
    expect(await drain({ ...ports, classifier })).toMatchObject({ stored: 7, deadLettered: 1 });
    expect(await storedFrames(ports, 'cat')).toEqual([1, 2, 3, 4, 6, 7, 8]);
  });

  it('whatever it is given: the consumer ends with an error, nothing is settled and nothing dead-lettered', async () => {
    const ports = await freshPorts({ partitions: 1 });
    await publish(ports.stream, await messagesOf('cat', 4));
    const settings = options();
    const classifier = dying(ports.classifier, () => true);
    await expect(drain({ ...ports, classifier }, settings)).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
    expect(await ports.stream.lag(settings.group)).toMatchObject({ partitions: [{ lag: 5 }] });
  });

  it('now and then: the batch is tried again', async () => {
    const ports = await freshPorts({ partitions: 1 });
    await publish(ports.stream, await messagesOf('cat', 8));
    let calls = 0;
    const classifier = dying(ports.classifier, () => ++calls % 2 === 1);
    expect(await drain({ ...ports, classifier })).toMatchObject({ stored: 8, deadLettered: 0 });
  });
});
