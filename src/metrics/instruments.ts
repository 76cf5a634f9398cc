import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { stages } from '../core/base/stage.js';
import type { PartitionLag } from '../core/stream/lag.js';

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const ages = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200];
const sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

export type Instruments = ReturnType<typeof createInstruments>;

export interface ConsumerLag {
  readonly group: string;
  readonly rows: readonly PartitionLag[];
}

interface InstrumentsOptions {
  /** What mvs_build_info says. */
  readonly build: Readonly<Record<string, string>>;
  /** Asked at each scrape; nothing where nobody knows. */
  readonly lag: () => Promise<ConsumerLag>;
}

/**
 * The metrics of mvs and of its process. Nothing is counted by video: there may be any number of them, and each would be a series
 * for ever. `mvs query` tells about single videos.
 */
export function createInstruments({ build, lag }: InstrumentsOptions) {
  const registry = new Registry();
  const registers = [registry];
  const instruments = {
    published: new Counter({
      registers,
      name: 'mvs_frames_published_total',
      help: 'Frames that are safe in the stream.',
    }),
    publishedBytes: new Counter({
      registers,
      name: 'mvs_published_bytes_total',
      help: 'Size of the frames that are safe in the stream.',
    }),
    videosInWork: new Gauge({
      registers,
      name: 'mvs_videos_in_work',
      help: 'Videos that are being extracted and published now.',
    }),
    videosCompleted: new Counter({
      registers,
      name: 'mvs_videos_completed_total',
      help: 'Videos that were published to their end, and whether the source was damaged.',
      labelNames: ['source'],
    }),
    videosFailed: new Counter({
      registers,
      name: 'mvs_videos_failed_total',
      help: 'Videos that could not be published to their end, those that were interrupted not counted.',
    }),
    messagesReceived: new Counter({
      registers,
      name: 'mvs_messages_received_total',
      help: 'Messages that were received, in whole batches: frames, ends of videos, and what nobody can read.',
    }),
    framesReceived: new Counter({
      registers,
      name: 'mvs_frames_received_total',
      help: 'Frames in the batches that are done with.',
    }),
    classified: new Counter({
      registers,
      name: 'mvs_frames_classified_total',
      help: 'Frames that the network has classified, stored or not.',
    }),
    stored: new Counter({
      registers,
      name: 'mvs_frames_stored_total',
      help: 'Frames that were stored.',
    }),
    duplicates: new Counter({
      registers,
      name: 'mvs_duplicate_frames_total',
      help: 'Frames that were found to be stored already.',
    }),
    deadLettered: new Counter({
      registers,
      name: 'mvs_dead_lettered_messages_total',
      help: 'Messages that went to the dead-letter topic.',
    }),
    skipped: new Counter({
      registers,
      name: 'mvs_skipped_messages_total',
      help: 'Messages that were dropped under --on-bad-frame skip.',
    }),
    retries: new Counter({
      registers,
      name: 'mvs_retries_total',
      help: 'Attempts of consumers that failed and were repeated, by what failed.',
      labelNames: ['reason'],
    }),
    batchSize: new Histogram({
      registers,
      name: 'mvs_batch_size',
      help: 'Messages in a batch.',
      buckets: sizes,
    }),
    stageDuration: new Histogram({
      registers,
      name: 'mvs_stage_duration_seconds',
      help: 'How long a stage took for a batch or a request, waiting and repeating included.',
      labelNames: ['stage'],
      buckets: seconds,
    }),
    frameAge: new Histogram({
      registers,
      name: 'mvs_frame_age_seconds',
      help: 'Time from the publishing of a frame until it was stored and settled.',
      buckets: ages,
    }),
  };
  new Gauge({
    registers,
    name: 'mvs_consumer_lag_messages',
    help: 'Messages of the topic that the group has not settled; no series while the broker does not answer.',
    labelNames: ['group', 'topic', 'partition'],
    async collect() {
      const { group, rows } = await lag();
      this.reset();
      for (const { topic, partition, lag } of rows) this.set({ group, topic, partition }, lag);
    },
  });
  new Gauge({
    registers,
    name: 'mvs_build_info',
    help: 'Always 1; its labels say what runs.',
    labelNames: Object.keys(build),
  }).set(build, 1);
  collectDefaultMetrics({ register: registry });
  beginAtZero(instruments);
  return { ...instruments, registry };
}

/** Series that are there from the beginning: a rate sees no step from nothing to one. */
function beginAtZero({
  retries,
  videosCompleted,
  stageDuration,
}: Pick<Instruments, 'retries' | 'videosCompleted' | 'stageDuration'>): void {
  for (const reason of ['store_unavailable', 'broker_unavailable', 'engine_failed'])
    retries.inc({ reason }, 0);
  for (const source of ['clean', 'damaged']) videosCompleted.inc({ source }, 0);
  for (const stage of stages) stageDuration.zero({ stage });
}
