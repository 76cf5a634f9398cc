import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { extract } from '../extract/extract.js';
import { probeVideo } from '../extract/probe.js';
import type { VideoFile } from '../extract/source-file.js';
import type { FrameRecord } from '../frames/frame.js';
import { samplingMethodOf } from '../frames/sampling.js';
import { foundFor } from '../store/frame-filter.js';
import type { FrameFilter, Results, VideoInfo } from '../store/port.js';
import { unwritable } from '../base/output-file.js';
import type { Destination } from './destination.js';
import { pictureName } from './folder-names.js';

/** Records in memory: decoding a video takes longer than a database keeps a cursor. */
const atOnce = 100_000;
/** Of ffmpeg's JPEG encoder: the best. */
const quality = 2;

/**
 * Writes a JPEG of each matching frame, in the size of the video. Reads the file once for each of its samplings, to the last frame that
 * is wanted. Frames that the file does not have are left out.
 * @throws MvsError as `extract` does, and DISK_FULL, CONFIG
 */
export async function exportPictures(
  { video, samplings }: VideoInfo,
  file: VideoFile,
  results: Pick<Results, 'frames'>,
  { filter, destination }: { readonly filter: FrameFilter; readonly destination: Destination },
  signal: AbortSignal,
): Promise<void> {
  const probe = await probeVideo(file, { signal, streamIndex: file.streamIndex });
  const methods = samplings.flatMap(({ sampling }) => samplingMethodOf(sampling) ?? []);
  let page = filter;
  for (;;) {
    const due = await recordsOf(results, video, page);
    const last = [...due.keys()].at(-1);
    if (last === undefined) return;
    page = { ...filter, from: { frame: last + 1 } };
    for (const samplingMethod of methods) {
      if (due.size === 0) break;
      for await (const { frame, jpeg } of extract(file, { samplingMethod, quality, probe, signal })) {
        const record = due.get(frame);
        if (!record) continue;
        await write(record, jpeg, destination);
        due.delete(frame);
        if (due.size === 0) break;
      }
    }
  }
}

async function recordsOf(
  results: Pick<Results, 'frames'>,
  video: string,
  filter: FrameFilter,
): Promise<Map<number, FrameRecord>> {
  const records = new Map<number, FrameRecord>();
  const found = foundFor(filter);
  for await (const record of results.frames(video, { ...filter, limit: atOnce }))
    records.set(record.frame, found(record));
  return records;
}

async function write(record: FrameRecord, jpeg: Uint8Array, { folder, add }: Destination): Promise<void> {
  const { video, frame, time, label, confidence } = record;
  const file = path.join(folder, pictureName(frame));
  await writeFile(file, jpeg, { flag: 'wx' }).catch((error: unknown) => {
    throw unwritable(file, error);
  });
  await add(file, { kind: 'picture', video, frame, time, label, confidence });
}
