import { PubSub, type Subscription as PubSubSubscription } from '@google-cloud/pubsub';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLog, type Log } from '../../../src/core/base/log.js';
import { freshName, joinGroup, numbered, publish, take, textOf } from '../../support/fresh.js';
import { firstGroup, freshTopic, hasPubSub, openTopicOf, useFake } from '../../support/pubsub.js';

const spec = { partitions: 1, replicationFactor: 1 };

describe.skipIf(!hasPubSub)('a subscription of Pub/Sub', () => {
  useFake();

  it('is made for a second group too by createTopic, though the topic is there: what comes next is not lost', async () => {
    const { topic } = await freshTopic();
    const second = await openTopicOf(topic, { group: 'second-group' });
    expect(await second.createTopic(spec)).toBe(false);
    await publish(second, numbered(5));
    const { deliveries } = await joinGroup(second, 'second-group');
    const taken = await take(deliveries[Symbol.asyncIterator](), 5);
    expect(taken.map(textOf).sort()).toEqual(['0', '1', '2', '3', '4']);
  });

  it('is made by a publisher where a topic has none', async () => {
    const topic = freshName('topic');
    await google().createTopic(topic);
    const stream = await openTopicOf(topic);
    await publish(stream, numbered(3));
    const { deliveries } = await joinGroup(stream, firstGroup);
    expect(await take(deliveries[Symbol.asyncIterator](), 3)).toHaveLength(3);
  });

  it.each([
    [undefined, 7],
    [3, 3],
    [31, 31],
  ])(
    'of a topic that keeps messages %s days has order, exactly-once, no end, and keeps %i days',
    async (topicDays, days) => {
      const stream = await openTopicOf(freshName('topic'));
      const retentionMs = topicDays === undefined ? undefined : topicDays * 86_400_000;
      await stream.createTopic({ ...spec, retentionMs });
      const [made] = await subscriptionTo(stream.topic).getMetadata();
      expect(made).toMatchObject({
        enableMessageOrdering: true,
        enableExactlyOnceDelivery: true,
        expirationPolicy: { ttl: null },
        messageRetentionDuration: { seconds: String(days * 86_400) },
      });
    },
  );

  it('gives back at once what a member held that leaves', async () => {
    const stream = await freshTopic();
    await publish(stream, numbered(3));
    const leaver = await joinGroup(stream, firstGroup);
    await take(leaver.deliveries[Symbol.asyncIterator](), 3);
    const stayer = await joinGroup(stream, firstGroup);
    const again = take(stayer.deliveries[Symbol.asyncIterator](), 3);
    const started = Date.now();
    await leaver.leave();
    expect(await again).toHaveLength(3);
    expect(Date.now() - started).toBeLessThan(5000);
  });

  it('lets a member go without waiting for messages that it does not want any more', async () => {
    const stream = await freshTopic();
    const times: number[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const idle = await joinGroup(stream, firstGroup);
      await expect.poll(() => idle.polls, { timeout: 60_000 }).toBeGreaterThan(0);
      const started = Date.now();
      await idle.leave();
      times.push(Date.now() - started);
    }
    // The fake answers after half a second; the service after five. A busy machine may be slow, but not each time.
    expect(Math.min(...times)).toBeLessThan(300);
  });

  it('leaves to the others what a member has no room for', async () => {
    const stream = await freshTopic();
    await publish(stream, numbered(100));
    const idle = await joinGroup(stream, firstGroup, 10);
    await expect.poll(() => idle.polls).toBeGreaterThan(0);
    const busy = await joinGroup(stream, firstGroup, 100);
    expect(await take(busy.deliveries[Symbol.asyncIterator](), 90)).toHaveLength(90);
  });

  it.each([
    [{ filter: 'attributes.frame = "1"' }, /has a filter/],
    [{ retryPolicy: { maximumBackoff: { seconds: 600 } } }, /retry policy.* 600 s late/],
    [{}, /without message ordering/],
  ])('made by somebody else with %j is used, with a warning', async (settings, warning) => {
    const { topic } = await freshTopic();
    await subscriptionTo(topic).delete();
    await google().createSubscription(topic, `${topic}+${firstGroup}`, settings);
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: (message) => warnings.push(message) };
    const stream = await openTopicOf(topic, { log });
    const member = await joinGroup(stream, firstGroup);
    if (!('filter' in settings)) {
      await publish(stream, numbered(2, true));
      await take(member.deliveries[Symbol.asyncIterator](), 2);
    }
    expect(warnings.filter((text) => warning.test(text))).toHaveLength(1);
  });

  it('of mvs is used without a word', async () => {
    const { topic } = await freshTopic();
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: (message) => warnings.push(message) };
    const stream = await openTopicOf(topic, { log });
    const { deliveries } = await joinGroup(stream, firstGroup);
    await publish(stream, numbered(1, true));
    await take(deliveries[Symbol.asyncIterator](), 1);
    expect(warnings).toEqual([]);
  });
});

/** Google's own client, for what others do with a topic. */
function google(): PubSub {
  const client = new PubSub({
    projectId: 'project',
    credentials: { client_email: 'nobody', private_key: 'none' },
  });
  onTestFinished(() => client.close());
  return client;
}

function subscriptionTo(topic: string): PubSubSubscription {
  return google().subscription(`${topic}+${firstGroup}`);
}
