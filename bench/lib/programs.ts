import path from 'node:path';
import type { Bench, StackBench } from './bench.js';
import { mvs, python, type Ran, type RunOptions } from './commands.js';

const labels = path.resolve(import.meta.dirname, '../../models/efficientnet-lite0/labels.json');

export interface Consumed {
  readonly frames: number;
  readonly seconds: number;
}

export const perSecond = ({ said }: Ran<Consumed>): number => said.frames / said.seconds;

export async function newTopic(bench: StackBench): Promise<string> {
  const topic = bench.fresh('topic');
  await mvs(bench, ['topic:create', '--topic', topic, '--partitions', '3']);
  return topic;
}

/** Publishes with mvs. Frames and seconds come from its report. */
export async function produce(
  bench: StackBench,
  topic: string,
  clips: readonly string[],
  flags: readonly string[] = [],
  options: RunOptions = {},
): Promise<Ran<Consumed>> {
  interface Report {
    readonly videos: readonly { readonly framesPublished: number }[];
    readonly seconds: number;
  }
  const ran = await mvs<Report>(bench, ['produce', ...clips, '--topic', topic, ...flags], options);
  const frames = ran.said.videos.reduce((sum, { framesPublished }) => sum + framesPublished, 0);
  return { ...ran, said: { frames, seconds: ran.said.seconds } };
}

/** Consumes a whole topic with mvs, in a new group and database. Measured from the first batch to the last settled one. */
export function consume(
  bench: Bench,
  topic: string,
  flags: readonly string[] = [],
  options: RunOptions = {},
): Promise<Ran<Consumed>> {
  const store = `${bench.mongo}/${bench.fresh('db')}`;
  const where = ['--topic', topic, '--group', bench.fresh('group'), '--store', store];
  return mvs<Consumed>(bench, ['consume', '--until-drained', ...where, ...flags], options);
}

/** Publishes with the baseline. */
export function baselineProduce(
  bench: Bench,
  topic: string,
  clips: readonly string[],
  every = 3,
): Promise<Ran<Consumed>> {
  const args = ['--brokers', bench.brokers, '--topic', topic, '--every', String(every)];
  return python<Consumed>(bench, 'producer.py', [...args, ...clips]);
}

/** Consumes this many frames of a topic with the baseline. Measured from the first message to the last committed batch. */
export function baselineConsume(bench: Bench, topic: string, frames: number): Promise<Ran<Consumed>> {
  const where = ['--brokers', bench.brokers, '--topic', topic, '--group', bench.fresh('group')];
  const store = ['--store', `${bench.mongo}/${bench.fresh('db')}`, '--labels', labels];
  return python<Consumed>(bench, 'consumer.py', [...where, ...store, '--frames', String(frames)]);
}
