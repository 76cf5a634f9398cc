import { availableParallelism } from 'node:os';
import type { Log } from '../core/base/log.js';
import { plural } from '../core/base/text.js';
import type { Model } from '../core/classifier/model.js';
import { openClassifier } from '../core/classifier/worker-classifier.js';
import type { ConsumePorts } from '../core/consume/consume.js';
import type { ConsumerFlags } from '../flags/consuming.js';
import { openModel } from './model.js';
import { openStore } from './store.js';
import { openTopic } from './stream.js';

/** What a consumer works with. */
interface Opened {
  readonly ports: ConsumePorts;
  readonly model: Model;
  readonly members: number;
}

/** Opens what consumers need, cheapest first: a missing server is reported before a network is loaded. */
export async function withConsumer<T>(
  flags: ConsumerFlags,
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  const model = await openModel(flags, { log, signal });
  await using stream = await openTopic(flags, log);
  await using store = await openStore(flags, log);
  const { engine, workers = availableParallelism() } = flags;
  await using classifier = await openClassifier({ engine, model, workers, threadsPerWorker: 1, log, signal });
  if (process.stderr.isTTY) log.info(announced(flags, stream, model, classifier.engine));
  const members = membersFor(flags, stream.topic, await stream.partitions(), log);
  return await work({ ports: { stream, store, classifier, log }, model, members });
}

/** `group g reads topic t; network n on onnxruntime. Stop with Ctrl-C.` A log has it in its fields. */
function announced(
  { group }: Pick<ConsumerFlags, 'group'>,
  { topic }: { readonly topic: string },
  { name }: Model,
  engine: string,
): string {
  return `consuming the topic ${topic} as group ${group}, with the model ${name} on ${engine}; Ctrl-C stops`;
}

const usualMembers = 3;

/** More members than partitions are allowed, because partitions can be added later, but some have nothing to do. */
function membersFor(
  { threads }: Pick<ConsumerFlags, 'threads'>,
  topic: string,
  partitions: number,
  log: Log,
): number {
  if (threads === undefined) return Math.min(usualMembers, partitions);
  const idle = threads - partitions;
  if (idle > 0) {
    const given = `${plural(threads, 'thread')} for ${plural(threads - idle, 'partition')} of ${topic}`;
    log.warn(`${given}: ${idle} of them ${idle === 1 ? 'has' : 'have'} nothing to do`);
  }
  return threads;
}
