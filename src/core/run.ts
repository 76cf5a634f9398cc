import pMap from 'p-map';
import { answerVideo, type VideoAnswer } from './answers/videos.js';
import type { ConsumeOptions, ConsumePorts, ConsumeTotals } from './consume/consume.js';
import { consumeDuring, untilDrained } from './consume/drain.js';
import { MvsError } from './base/errors.js';
import { versionId } from './frames/model-version.js';
import { produce } from './produce/produce.js';
import type { Produced, ProduceOptions } from './produce/outcome.js';
import { untilItWorks } from './base/retry.js';
import type { Source } from './source/source.js';
import type { RecordStore } from './store/port.js';

export interface Ran {
  readonly produced: Produced;
  readonly consumed: ConsumeTotals;
  /** Summaries of the produced videos. After an early signal, videos without any record are left out. */
  readonly videos: readonly VideoAnswer[];
  /** `NAME@DIGEST`: the version whose results are shown by default; undefined without videos. */
  readonly active: string | undefined;
}

/** The number of videos that are summarised concurrently. */
const concurrency = 4;

/** Produces and consumes the sources at the same time, until every published frame is stored or the signal aborts. */
export async function runPipeline(
  ports: ConsumePorts,
  sources: readonly Source[],
  producing: ProduceOptions,
  consuming: ConsumeOptions,
): Promise<Ran> {
  const { store, stream, log } = ports;
  let produced: Produced = { videos: [], failed: [], seconds: 0 };
  const consumed = await consumeDuring(ports, consuming, async (signal) => {
    const ownerOf = async (video: string): Promise<string | undefined> =>
      (await untilItWorks(() => store.video(video), { signal, log }))?.fingerprint;
    produced = await produce(stream, sources, { ...producing, signal, ownerOf });
    if (signal.aborted) return;
    const tail = await untilItWorks(() => stream.tail(), { signal, log }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    if (tail) await untilDrained(tail, consuming.group, signal);
  });
  const names = produced.videos.map(({ video }) => video);
  const videos = await answersOf(store, names, consuming.signal);
  const active = videos.length === 0 ? undefined : (await store.versions()).find((one) => one.active);
  return { produced, consumed, videos, active: active && versionId(active) };
}

/** After a signal, a video may have no record yet, or the database may be unavailable. Neither is an error. */
async function answersOf(
  store: RecordStore,
  names: readonly string[],
  { aborted }: AbortSignal,
): Promise<VideoAnswer[]> {
  const answers = await pMap(
    names,
    (name) =>
      answerVideo(store, name).catch((error: unknown) => {
        const unknown = error instanceof MvsError && (error.retriable || error.code === 'NO_SUCH_VIDEO');
        if (!aborted || !unknown) throw error;
      }),
    { concurrency },
  );
  return answers.filter((answer) => answer !== undefined);
}
