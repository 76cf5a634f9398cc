import { describe, expect, it } from 'vitest';
import { freshName, joinGroup, numbered, publish, textOf } from '../../support/fresh.js';
import { firstGroup, hasPubSub, openTopicOf, useFake } from '../../support/pubsub.js';

describe.skipIf(!hasPubSub)('Pub/Sub whose answers get lost', () => {
  useFake(4);

  it('loses no message, and settles each one', async () => {
    const stream = await openTopicOf(freshName('topic'));
    await expect
      .poll(async () =>
        stream.createTopic({ partitions: 1, replicationFactor: 1 }).then(Boolean, () => 'failed'),
      )
      .not.toBe('failed');
    await publish(stream, numbered(100));
    await publish(stream, numbered(100));
    const tail = await stream.tail();
    const { deliveries } = await joinGroup(stream, firstGroup);
    const seen = new Set<string>();
    void (async () => {
      for await (const delivery of deliveries) {
        seen.add(textOf(delivery));
        delivery.settle();
      }
    })();
    await expect.poll(() => tail.settledBy(firstGroup), { timeout: 150_000 }).toBe(true);
    expect(seen.size).toBe(100);
  }, 180_000);
});
