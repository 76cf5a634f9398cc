import { inputArguments, type ExtractInput } from '../input.js';
import type { VideoProbe } from '../probe-answer.js';

/** The arguments that make ffmpeg write the packets of the video stream to stdout, all of them and as they are. */
export function copyArguments(
  input: ExtractInput,
  { position }: Pick<VideoProbe, 'position'>,
  format: 'framecrc' | 'matroska',
): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+verbose'],
    ...inputArguments(input),
    ...['-map', `0:V:${position}`, '-an', '-sn', '-dn', '-map_metadata', '-1', '-map_chapters', '-1'],
    // Otherwise, ffmpeg leaves out packets before the first key packet and before the start.
    ...['-copyinkf', '-copypriorss', '1', '-c', 'copy', '-f', format, 'pipe:1'],
  ];
}
