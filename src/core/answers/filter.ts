import { MvsError } from '../base/errors.js';
import { contentMatcher } from '../store/frame-filter.js';
import type { FrameFilter, GlimpsedFrame, Position } from '../store/port.js';

const frame = /^(\d{1,15})f$/;
const time = /^(?:(?:(\d{1,9}):)?(\d{1,9}):)?(\d{1,9}(?:\.\d+)?)s?$/;

/** Parses a position in a video: `83`, `83s`, `1:23`, `1:02:03.5`, or `120f` for a frame. @throws MvsError USAGE */
export function parsePosition(text: string): Position {
  const [, number] = frame.exec(text) ?? [];
  if (number !== undefined) return { frame: Number(number) };
  const [, hours, minutes, seconds] = time.exec(text) ?? [];
  // 0:75 is more likely a typing error than 75 seconds.
  const carries =
    minutes !== undefined && (Number(seconds) >= 60 || (hours !== undefined && Number(minutes) >= 60));
  if (seconds === undefined || carries) {
    throw new MvsError('USAGE', `${JSON.stringify(text)} is neither a time nor a frame`, {
      hint: 'Give a time as 83, 83s, 1:23 or 1:02:03.5, or a frame as 120f.',
    });
  }
  return { time: Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds) };
}

/** Applies the same filter as the database to frames in memory. */
export function matcher(filter: FrameFilter): (frame: GlimpsedFrame) => boolean {
  const fits = contentMatcher(filter);
  return (frame) => isBetween(frame, filter) && fits(frame);
}

function isBetween(place: { frame: number; time: number }, { from, to }: FrameFilter): boolean {
  const of = (position: Position): [number, number] =>
    'frame' in position ? [place.frame, position.frame] : [place.time, position.time];
  if (from) {
    const [here, first] = of(from);
    if (here < first) return false;
  }
  if (!to) return true;
  const [here, last] = of(to);
  return here <= last;
}
