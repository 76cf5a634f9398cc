import { MvsError } from '../core/base/errors.js';
import { plural, quoted } from '../core/base/text.js';
import type { ExportedVideo } from '../core/export/export.js';
import { noMatch } from './frames.js';
import { renderTableWithin } from './table.js';
import { page } from './timeline.js';

/** One row for each video with matching frames. */
export function renderExported(
  videos: readonly ExportedVideo[],
  out: string,
  near: readonly string[] = [],
): string {
  if (videos.length === 0) return `${noMatch(near)}\nnothing was exported`;
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
