import { setMaxListeners } from 'node:events';
import { silentLog } from '../../src/core/base/log.js';
import type { ExtractedFrame } from '../../src/core/extract/extract.js';
import { openLive, type OpenLiveOptions } from '../../src/core/extract/live.js';
import type { SamplingMethod } from '../../src/core/frames/sampling.js';
import { findSources } from '../../src/core/source/find.js';
import { numberShown } from '../integration/extract/extract-clips.js';

const usual = {
  stallMs: 20_000,
  spoolLimit: 1,
  reconnectAttempts: 10,
  signal: new AbortController().signal,
  log: silentLog,
};

setMaxListeners(Infinity, usual.signal);

interface Changes extends Partial<OpenLiveOptions> {
  samplingMethod?: SamplingMethod;
  isFull?: () => boolean;
}

/** All frames of a live source, and its totals. */
export async function record(
  url: string,
  { samplingMethod = { every: 3 }, isFull = () => false, ...changes }: Changes = {},
  onFrame?: (frames: number) => void,
) {
  const options = { ...usual, ...changes };
  const [source] = (await findSources([url])).sources;
  if (source?.kind !== 'live') throw new Error(`${url} is not a live source`);
  await using opened = await openLive(source, options);
  const frames: ExtractedFrame[] = [];
  const run = opened.frames({ samplingMethod }, isFull);
  for (;;) {
    const next = await run.next();
    if (next.done) return { frames, totals: next.value };
    frames.push(next.value);
    onFrame?.(frames.length);
  }
}

export async function shown(frames: readonly ExtractedFrame[]): Promise<number[]> {
  return Promise.all(frames.map(({ jpeg }) => numberShown(jpeg)));
}
