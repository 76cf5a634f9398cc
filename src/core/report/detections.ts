import type { DetectedObject, FrameRecord } from '../frames/frame.js';
import type { Segment } from '../answers/segments.js';
import type { FrameQuery, Results } from '../store/port.js';

export type Span = Pick<Segment, 'firstFrame' | 'lastFrame' | 'firstTime' | 'lastTime'>;

/** A stored frame, and what a detector found in it. */
export interface Detection {
  readonly frame: number;
  readonly time: number;
  readonly objects: readonly DetectedObject[];
}

/** For each of these parts of a video, the stored frame of a detector that is nearest to its middle. */
export async function detectionsOf(
  results: Pick<Results, 'frames'>,
  video: string,
  spans: readonly Span[],
): Promise<ReadonlyMap<Span, Detection>> {
  const found = new Map<Span, Detection>();
  for (const span of spans) {
    // Frame numbers have an index, times have none.
    const middle = { frame: (span.firstFrame + span.lastFrame) / 2 };
    const before = { to: middle, order: { by: 'frame', descending: true } } as const;
    const near = await Promise.all([before, { from: middle }].map((query) => first(results, video, query)));
    const distance = ({ frame }: FrameRecord): number => Math.abs(frame - middle.frame);
    const [nearest] = near.flatMap((each) => each ?? []).sort((a, b) => distance(a) - distance(b));
    if (nearest?.objects) {
      const { frame, time, objects } = nearest;
      found.set(span, { frame, time, objects });
    }
  }
  return found;
}

async function first(
  results: Pick<Results, 'frames'>,
  video: string,
  query: FrameQuery,
): Promise<FrameRecord | undefined> {
  for await (const record of results.frames(video, { ...query, limit: 1 })) return record;
  return undefined;
}
