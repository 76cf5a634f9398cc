import { usefulSize } from '../core/classifier/model.js';
import { MvsError } from '../core/base/errors.js';
import type { Log } from '../core/base/log.js';
import { versionId } from '../core/frames/model-version.js';
import { relabel, type Relabelled } from '../core/operate/relabel/index.js';
import type { RecordStore, VideoInfo } from '../core/store/port.js';
import type { FrameStream } from '../core/stream/port.js';
import type { RelabelFlags } from '../flags/relabelling.js';
import { openModel } from './model.js';
import { openNetworks } from './networks.js';
import { openTopic } from './stream.js';

interface Context {
  readonly store: RecordStore;
  readonly infos: readonly VideoInfo[];
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly onStored: (video: string, frames: number) => void;
}

export interface RelabelledVideos {
  readonly modelVersion: string;
  readonly engine: string;
  readonly videos: readonly Relabelled[];
}

/**
 * Opens the network and the topic, and relabels the videos.
 * @param during shows the progress of the work
 */
export async function relabelVideos(
  flags: RelabelFlags,
  { store, infos, signal, log, onStored }: Context,
  during: (results: RecordStore, work: () => Promise<Relabelled[]>) => Promise<Relabelled[]>,
): Promise<RelabelledVideos> {
  const model = await openModel(flags, { log, signal });
  await using stream = await openedTopic(flags, log);
  await using opened = await openNetworks(flags, [model], { store, log, signal });
  const [network] = opened.networks;
  if (network === undefined) throw new MvsError('BUG', 'no network was opened');
  const wanted = flags['top-k'];
  // A network cannot give more predictions than it has classes.
  const topK = wanted === undefined ? undefined : Math.min(wanted, model.labels.length);
  const options = {
    ...{ batchSize: flags.batch, cover: usefulSize(model), files: flags['frames-from'] !== 'topic' },
    ...{ topK: flags.missing ? undefined : topK, signal, log, onStored },
  };
  const work = () => relabel({ network, stream }, infos, options);
  const videos = await during(network.store, work);
  return { modelVersion: versionId(network.version), engine: network.classifier.engine, videos };
}

/** The topic, unless it is not wanted, does not exist, or does not keep what was consumed. */
async function openedTopic(flags: RelabelFlags, log: Log): Promise<FrameStream | undefined> {
  const from = flags['frames-from'];
  if (from === 'files') return undefined;
  try {
    const stream = await openTopic(flags, log);
    if (stream.capabilities.keepsSettled) return stream;
    await stream[Symbol.asyncDispose]();
    if (from === 'topic')
      throw new MvsError('USAGE', `${stream.topic} does not keep frames that were consumed`);
    log.info(`${stream.topic} does not keep frames that were consumed: only source files are read`);
  } catch (error) {
    if (from === 'topic' || !(error instanceof MvsError && error.code === 'TOPIC_MISSING')) throw error;
    log.info(`${error.message}: only source files are read`);
  }
  return undefined;
}
