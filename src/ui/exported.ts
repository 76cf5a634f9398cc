import { MvsError } from '../core/base/errors.js';
import { plural, quoted } from '../core/base/text.js';
import type { ExportedVideo, ExportOptions } from '../core/export/export.js';
import { renderTableWithin } from './table.js';
import { page } from './timeline.js';

/** Shows how many files there are so far. */
export function countFiles(update: (text: string) => void): Pick<ExportOptions, 'onFile'> {
  let files = 0;
  return {
    onFile: ({ video }) => {
      update(`${video}: ${(files += 1)} files`);
    },
  };
}

/**
 * One row for each video with matching frames.
 * @param nothing what to say if there is none
 */
export function renderExported(videos: readonly ExportedVideo[], out: string, nothing: string): string {
  if (videos.length === 0) return `${nothing}\nnothing was exported`;
  const rows = videos.map(({ video, matching, exported, files }) => [video, matching, exported, files]);
  const table = renderTableWithin(
    page().columns,
    ['VIDEO', 'MATCHING', 'EXPORTED', 'FILES'],
    rows,
    [],
    ['VIDEO'],
  );
  const files = videos.reduce((sum, each) => sum + each.files, 0);
  return `${table}\n\n${plural(files, 'file')} in ${out}; manifest.ndjson describes them`;
}

/** An error for each video whose frames are not all exported. */
export function notExported(videos: readonly ExportedVideo[]): { readonly error: MvsError }[] {
  return videos.flatMap(({ video, matching, exported, unavailable }) => {
    if (unavailable === null) return [];
    const lost = `${matching - exported} of ${plural(matching, 'frame')} of ${quoted(video)} not exported`;
    return [{ error: new MvsError('INCOMPLETE', `${lost}: ${unavailable}`) }];
  });
}
