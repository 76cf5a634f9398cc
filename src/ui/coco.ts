import type { CocoDataset } from '../core/export/coco.js';
import type { Log } from '../core/base/log.js';
import { MvsError } from '../core/base/errors.js';
import { plural, quoted } from '../core/base/text.js';
import { writePieces } from './rows.js';

/**
 * Writes a dataset to stdout.
 * @param nothing what to say where no frame matches
 * @returns an error for each video whose frames it lacks
 */
export async function writeCoco(
  dataset: CocoDataset,
  nothing: string,
  log: Log,
): Promise<{ readonly error: MvsError }[]> {
  await writePieces(dataset.text());
  const { images, unknown } = dataset;
  if (images === 0 && unknown.size === 0) log.warn(nothing);
  return Array.from(unknown, ([video, frames]) => {
    const message = `${plural(frames, 'frame')} of ${quoted(video)} left out: the size of the video is unknown until its end-of-video message is stored`;
    const hint = 'Wait until "mvs consume" has stored it, or use --format ndjson, whose boxes need no size.';
    return { error: new MvsError('INCOMPLETE', message, { hint }) };
  });
}
