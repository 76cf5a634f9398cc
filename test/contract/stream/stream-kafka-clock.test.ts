import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { openKafka } from '../../../src/core/stream/kafka/index.js';
import type { FrameStream } from '../../../src/core/stream/port.js';
import { browsed, freshName, numbered, publish } from '../../support/fresh.js';
import { sharedStack } from '../../support/stack.js';

const day = 86_400_000;

/** A stream, as a machine with another clock has it, and what it warns of. */
async function streamOf(
  settings: Record<string, string>,
): Promise<{ stream: FrameStream; warned: string[] }> {
  const warned: string[] = [];
  const log = { ...silentLog, warn: (message: string) => warned.push(message) };
  const stream = await openKafka({ brokers: sharedStack().brokers, topic: freshName('topic'), log });
  onTestFinished(() => stream[Symbol.asyncDispose]());
  await stream.createTopic({
    partitions: 1,
    replicationFactor: 1,
    settings: new Map(Object.entries(settings)),
  });
  return { stream, warned };
}

/** Only what `Date` says: timers go on. */
function shiftClock(ms: number): void {
  const { now } = Date;
  const shifted = vi.spyOn(Date, 'now').mockImplementation(() => now() + ms);
  onTestFinished(() => {
    shifted.mockRestore();
  });
}

describe('a producer with a wrong clock', () => {
  it.each([
    ['behind', -30 * day],
    ['ahead of', 30 * day],
  ])('%s that of the broker publishes under the time of the broker, and is warned once', async (side, ms) => {
    const { stream, warned } = await streamOf({});
    shiftClock(ms);
    await publish(stream, numbered(3));
    await publish(stream, numbered(3));
    vi.restoreAllMocks();
    const times = (await browsed(stream, freshName('group'))).map(({ publishedAt }) => publishedAt.getTime());
    expect(Math.min(...times)).toBeGreaterThan(Date.now() - 60_000);
    expect(Math.max(...times)).toBeLessThan(Date.now() + 60_000);
    expect(warned).toEqual([expect.stringMatching(new RegExp(`clock .* is 30 days ${side} that`))]);
  });

  it('is named as the cause where a topic keeps the time of producers and the broker refuses it', async () => {
    // By default, Kafka 3 accepts times of any day.
    const refusing = { 'message.timestamp.after.max.ms': '3600000' };
    const { stream, warned } = await streamOf({ 'message.timestamp.type': 'CreateTime', ...refusing });
    shiftClock(2 * day);
    await expect(publish(stream, numbered(1))).rejects.toMatchObject({
      code: 'CONFIG',
      message: expect.stringContaining('its clock is wrong') as string,
    });
    expect(warned).toEqual([expect.stringContaining('message.timestamp.type=CreateTime')]);
  });
});

it('a topic that keeps the time of producers for ever is no reason to warn', async () => {
  const { stream, warned } = await streamOf({ 'message.timestamp.type': 'CreateTime', 'retention.ms': '-1' });
  await publish(stream, numbered(1));
  expect(warned).toEqual([]);
});
