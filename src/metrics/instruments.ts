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
  /** The labels of mvs_build_info. */
  readonly build: Readonly<Record<string, string>>;
  /** Called at each scrape; no rows if the lag is unknown. */
  readonly lag: () => Promise<ConsumerLag>;
}

/**
 * The metrics of mvs and of its process. No metric has the video as a label: there may be any number of videos, and each would be a
 * series forever. `mvs query` reports on single videos.
 */
export function createInstruments({ build, lag }: InstrumentsOptions) {
  const registry = new Registry();
  const registers = [registry];
  const instruments = {
    published: new Counter({
      registers,
      name: 'mvs_frames_published_total',
      help: 'Frames whose publication the stream has confirmed.',
    }),
    publishedBytes: new Counter({
      registers,
      name: 'mvs_published_bytes_total',
      help: 'Size of the frames whose publication the stream has confirmed.',
    }),
    videosInWork: new Gauge({
      registers,
      name: 'mvs_videos_in_work',
      help: 'Videos that are currently being extracted and published.',
    }),
    videosCompleted: new Counter({
      registers,
      name: 'mvs_videos_completed_total',
      help: 'Videos that were published completely, by the state of the source: clean or damaged.',
      labelNames: ['source'],
    }),
    videosFailed: new Counter({
      registers,
      name: 'mvs_videos_failed_total',
      help: 'Videos that could not be published completely, except interrupted ones.',
    }),
    messagesReceived: new Counter({
      registers,
      name: 'mvs_messages_received_total',
      help: 'Received messages, counted by batch: frames, ends of videos, and unreadable messages.',
    }),
    framesReceived: new Counter({
      registers,
      name: 'mvs_frames_received_total',
      help: 'Frames in finished batches.',
    }),
    classified: new Counter({
      registers,
      name: 'mvs_frames_classified_total',
      help: 'Classified frames, stored or not.',
    }),
    stored: new Counter({
      registers,
      name: 'mvs_frames_stored_total',
      help: 'Stored frames, by model version: each version stores a frame once.',
      labelNames: ['model_version'],
    }),
    duplicates: new Counter({
      registers,
      name: 'mvs_duplicate_frames_total',
      help: 'Frames that were stored already, by model version.',
      labelNames: ['model_version'],
    }),
    deadLettered: new Counter({
      registers,
      name: 'mvs_dead_lettered_messages_total',
      help: 'Messages sent to the dead-letter topic.',
    }),
    skipped: new Counter({
      registers,
      name: 'mvs_skipped_messages_total',
      help: 'Messages dropped because of --on-bad-frame skip.',
    }),
    retries: new Counter({
      registers,
      name: 'mvs_retries_total',
      help: 'Failed attempts of consumers that were retried, by reason.',
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
      help: 'Duration of a stage for a batch or a request, including waiting and retries.',
      labelNames: ['stage'],
      buckets: seconds,
    }),
    frameAge: new Histogram({
      registers,
      name: 'mvs_frame_age_seconds',
      help: 'Time from publishing a frame until it was stored and settled.',
      buckets: ages,
    }),
  };
  new Gauge({
    registers,
    name: 'mvs_consumer_lag_messages',
    help: 'Messages of the topic that the group has not settled. No series while the broker does not answer.',
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
    help: 'Always 1. The labels identify the version and the command.',
    labelNames: Object.keys(build),
  }).set(build, 1);
  collectDefaultMetrics({ register: registry });
  beginAtZero(instruments);
  return { ...instruments, registry };
}

/** Creates these series at zero, because a rate does not see the step from no series to one. */
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
