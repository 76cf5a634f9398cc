import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { extract } from '../extract/extract.js';
import { probeVideo } from '../extract/probe.js';
import type { VideoFile } from '../extract/source-file.js';
import { samplingMethodOf } from '../frames/sampling.js';
import { foundFor } from '../store/frame-filter.js';
import { objectChooser } from '../store/object-filter.js';
import type { FrameFilter, Results, VideoInfo } from '../store/port.js';
import { unwritable } from '../base/output-file.js';
import { withBoxes } from './boxes.js';
import type { Destination, PictureEntry } from './destination.js';
import { pictureName } from './folder-names.js';

/** Records and boxes in memory: decoding a video takes longer than a database keeps a cursor. */
const atOnce = 300_000;
/** Of ffmpeg's JPEG encoder: the best. */
const quality = 2;

interface Wanted {
  readonly filter: FrameFilter;
  /** Whether the objects that fit are drawn. */
  readonly boxes: boolean;
  readonly destination: Destination;
}

/** What is kept of a record until its picture is found. */
type Due = Omit<PictureEntry, 'kind'>;

/**
 * Writes a JPEG of each matching frame, in the size of the video. Reads the file once for each of its samplings, to the last frame that
 * is wanted. Frames that the file does not have are left out.
 * @throws MvsError as `extract` does, and DISK_FULL, CONFIG
 */
export async function exportPictures(
  { video, samplings }: VideoInfo,
  file: VideoFile,
  results: Pick<Results, 'frames'>,
  { filter, boxes, destination }: Wanted,
  signal: AbortSignal,
): Promise<void> {
  const probe = await probeVideo(file, { signal, streamIndex: file.streamIndex });
  const methods = samplings.flatMap(({ sampling, end: before }) => {
    const samplingMethod = samplingMethodOf(sampling);
    // Before the end has arrived, nothing shows how the frames got their numbers.
    const skipping = before === undefined ? ('never' as const) : undefined;
    return samplingMethod ? [{ samplingMethod, before, skipping }] : [];
  });
  let page = filter;
  for (;;) {
    const due = await dueIn(results, video, page, boxes);
    const last = [...due.keys()].at(-1);
    if (last === undefined) return;
    page = { ...filter, from: { frame: last + 1 } };
    for (const method of methods) {
      if (due.size === 0) break;
      const only = [...due.keys()];
      for await (const { frame, jpeg } of extract(file, { ...method, only, quality, probe, signal })) {
        const record = due.get(frame);
        if (!record) continue;
        await write(record, jpeg, destination);
        due.delete(frame);
        if (due.size === 0) break;
      }
    }
  }
}

async function dueIn(
  results: Pick<Results, 'frames'>,
  video: string,
  filter: FrameFilter,
  boxes: boolean,
): Promise<Map<number, Due>> {
  const due = new Map<number, Due>();
  const [found, choose] = [foundFor(filter), objectChooser(filter)];
  let kept = 0;
  for await (const record of results.frames(video, { ...filter, limit: atOnce })) {
    const { frame, time, label, confidence } = found(record);
    const objects = boxes ? { objects: choose(record) } : {};
    due.set(frame, { video, frame, time, label, confidence, ...objects });
    kept += 1 + (objects.objects?.length ?? 0);
    if (kept >= atOnce) break;
  }
  return due;
}

async function write(due: Due, jpeg: Uint8Array, { folder, add }: Destination): Promise<void> {
  const file = path.join(folder, pictureName(due.frame));
  const picture = due.objects ? await withBoxes(jpeg, due.objects) : jpeg;
  await writeFile(file, picture, { flag: 'wx' }).catch((error: unknown) => {
    throw unwritable(file, error);
  });
  await add(file, { kind: 'picture', ...due });
}
