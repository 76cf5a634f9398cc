import { MvsError } from '../core/base/errors.js';
import type { Log } from '../core/base/log.js';
import { plural } from '../core/base/text.js';
import { usefulSize, type Model } from '../core/classifier/model.js';
import type { ConsumePorts } from '../core/consume/consume.js';
import type { Size } from '../core/frames/frame.js';
import { unknownDigest, versionId } from '../core/frames/model-version.js';
import type { RecordStore } from '../core/store/port.js';
import { modelsOf, type ConsumerFlags } from '../flags/consuming.js';
import { streamOf } from '../flags/index.js';
import type { OutputFlags } from '../flags/output.js';
import { openModel } from './model.js';
import { openNetworks, type OpenNetwork } from './networks.js';
import { openStore } from './store.js';
import { openTopic } from './stream.js';

interface Context {
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What a consumer works with. */
interface Opened {
  readonly ports: ConsumePorts;
  /** The first network. */
  readonly model: Model;
  /** The size that the networks need of a frame. */
  readonly cover: Size;
  readonly members: number;
  readonly used: Used;
}

/** What a consumer uses, for its report. */
export interface Used {
  readonly topic: string;
  readonly models: readonly {
    readonly model: string;
    /** Null if the network was not loaded. */
    readonly modelVersion: string | null;
    readonly engine: string;
  }[];
}

/** What a consumer would use that was stopped before it began. */
export function unopened(flags: ConsumerFlags): Used {
  const { topic } = streamOf(flags);
  return {
    topic,
    models: modelsOf(flags).map((model) => ({ model, modelVersion: null, engine: flags.engine })),
  };
}

/** Opens what consumers need, cheapest first: a missing server is reported before a network is loaded. */
export async function withConsumer<T>(
  flags: ConsumerFlags & Pick<OutputFlags, 'log-format'>,
  { log, signal }: Context,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  const models: Model[] = [];
  for (const model of modelsOf(flags)) models.push(await openModel({ ...flags, model }, { log, signal }));
  await using stream = await openTopic(flags, log);
  await using store = await openStore(flags, log);
  await using opened = await openNetworks(flags, models, { store, log, signal });
  const { networks } = opened;
  const [first, ...others] = networks;
  const [model] = models;
  if (first === undefined || model === undefined) throw new MvsError('USAGE', 'no model is given');
  const used = { topic: stream.topic, models: networks.map(usedNetwork) };
  // A log for programs always says which versions of models its numbers are about.
  if (process.stderr.isTTY || flags['log-format'] === 'json')
    log.info(announced(flags, used), { group: flags.group, ...used });
  sayWhoseAreShown(store, networks, log);
  const members = membersFor(flags, stream.topic, await stream.partitions(), log);
  const { classifier } = first;
  const ports = { stream, store: first.store, classifier, others, log };
  return await work({ ports, model, members, used, cover: largest(models.map(usefulSize)) });
}

/** Otherwise it looks as if nothing were stored: answers are from the active version. */
function sayWhoseAreShown(
  { version: active }: Pick<RecordStore, 'version'>,
  networks: readonly Pick<OpenNetwork, 'version'>[],
  log: Log,
): void {
  if (active === undefined || active.digest === unknownDigest) return;
  if (networks.some(({ version }) => versionId(version) === versionId(active))) return;
  const ids = networks.map(({ version }) => versionId(version)).join(' and ');
  log.info(
    `"mvs query" shows the results of ${versionId(active)}, the active version; those of ${ids} are shown with --model`,
  );
}

function largest(sizes: readonly Size[]): Size {
  const sides = (side: keyof Size): number => Math.max(...sizes.map((size) => size[side]));
  return { width: sides('width'), height: sides('height') };
}

function usedNetwork({ classifier, version }: OpenNetwork): Used['models'][number] {
  return { model: version.name, modelVersion: versionId(version), engine: classifier.engine };
}

/** `consuming the topic t as group g, with the model m@3f2a9c1b7d04 on onnxruntime; Ctrl-C stops` */
function announced({ group }: Pick<ConsumerFlags, 'group'>, { topic, models }: Used): string {
  const each = models.map(({ model, modelVersion, engine }) => `${modelVersion ?? model} on ${engine}`);
  const named = `${each.length === 1 ? 'model' : 'models'} ${each.join(' and ')}`;
  return `consuming the topic ${topic} as group ${group}, with the ${named}; Ctrl-C stops`;
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
