import { createInterface } from 'node:readline';
import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GroupLag } from '../../src/core/operate/lag.js';
import type { FrameStream } from '../../src/core/stream/port.js';
import { jsonOf, workspace } from '../support/mvs.js';
import { joinGroup, openStream, take } from '../support/fresh.js';
import { sharedStack } from '../support/stack.js';

const hour = 3_600_000;

/** A topic of two partitions with messages of these ages (ms) in partition 0. */
async function topicWith(ages: readonly number[]) {
  const space = workspace();
  const { topic } = space;
  const stream = await openStream(topic);
  const settings = new Map([['message.timestamp.type', 'CreateTime']]);
  await stream.createTopic({ partitions: 2, replicationFactor: 1, settings });
  const kafka = new Kafka({ brokers: sharedStack().brokers, logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  onTestFinished(() => producer.disconnect());
  await producer.connect();
  const now = Date.now();
  const messages = ages.map((age) => ({ value: 'x', partition: 0, timestamp: String(now - age) }));
  await producer.send({ topic, messages });
  return { ...space, stream };
}

/** Settles so many messages, and leaves. */
async function settle(
  { stream, group }: { stream: FrameStream; group: string },
  count: number,
): Promise<void> {
  const member = await joinGroup(stream, group);
  const taken = await take(member.deliveries[Symbol.asyncIterator](), count);
  for (const delivery of taken) delivery.settle();
  await member.leave();
}

describe('mvs lag', () => {
  it('tells the age of the oldest frame that is not settled', async () => {
    const space = await topicWith([9 * hour, 2 * hour, hour, 0]);
    const { mvs } = space;
    await settle(space, 1);
    const lag = jsonOf(await mvs('lag', '--json')) as GroupLag;
    expect(lag).toMatchObject({ total: 3, partitions: [{ lag: 3 }, { lag: 0, lagSeconds: null }] });
    expect(Math.abs((lag.lagSeconds ?? 0) - 7200)).toBeLessThan(0.03 * 7200);
    expect(lag.partitions[0]?.lagSeconds).toBe(lag.lagSeconds);
  });

  it('tells no age where nothing is committed, and none of what is settled', async () => {
    const space = await topicWith([hour, hour]);
    const { mvs } = space;
    const { stdout } = await mvs('lag');
    expect(stdout).toMatch(/ 0 +- +2 +2 +- +- +-\n/);
    await settle(space, 2);
    expect(jsonOf(await mvs('lag', '--json'))).toMatchObject({ total: 0, lagSeconds: 0 });
  });

  it('exits with 1 above --max and says so, and prints the lag all the same', async () => {
    const { mvs, group } = await topicWith([0, 0, 0]);
    const above = await mvs('lag', '--max', '2', '--json', '--log-format', 'json');
    expect(above.exitCode).toBe(1);
    expect(jsonOf(above)).toMatchObject({ group, total: 3 });
    expect(JSON.parse(above.stderr)).toMatchObject({ level: 'error', code: 'LAG_EXCEEDED' });
    const below = await mvs('lag', '--max', '3');
    expect(below).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe('mvs lag --watch', () => {
  it('prints a document a line with the rate, and ends well with SIGINT', async () => {
    const { binary, stream, group } = await topicWith(Array<number>(100).fill(0));
    const member = await joinGroup(stream, group);
    const deliveries = member.deliveries[Symbol.asyncIterator]();
    const watch = binary('lag', '--watch', '--interval', '1', '--json');
    const readings: GroupLag[] = [];
    for await (const line of createInterface(watch.stdout)) {
      const reading = JSON.parse(line) as GroupLag;
      readings.push(reading);
      if ((reading.pace?.settledPerSecond ?? 0) > 0) break;
      for (const delivery of await take(deliveries, 10)) delivery.settle();
    }
    watch.kill('SIGINT');
    const { exitCode, signal } = await watch;
    expect({ exitCode, signal }).toEqual({ exitCode: 0, signal: undefined });
    expect(readings[0]).toMatchObject({ total: 100 });
    expect(readings[0]).not.toHaveProperty('pace');
    const { pace, total } = readings.at(-1) ?? {};
    expect(pace).toMatchObject({ publishedPerSecond: 0 });
    const drain = (total ?? NaN) / (pace?.settledPerSecond ?? 0);
    expect(Math.abs((pace?.secondsToDrain ?? 0) / drain - 1)).toBeLessThan(0.05);
  });

  it('ends with 1 as soon as the lag is above --max', async () => {
    const { mvs } = await topicWith([0, 0]);
    const { exitCode, stdout } = await mvs('lag', '--watch', '--max', '1');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^\S+Z {2}2 frames behind, measuring the rate$/);
  });
});
