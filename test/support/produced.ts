import { expect } from 'vitest';
import { silentLog } from '../../src/core/base/log.js';
import type { SamplingMethod } from '../../src/core/frames/sampling.js';
import { produce } from '../../src/core/produce/produce.js';
import { findSources } from '../../src/core/source/find.js';
import type { FrameStream } from '../../src/core/stream/port.js';

/** Produces a file, once for each sampling method. */
export async function produceFile(
  stream: FrameStream,
  file: string,
  ...methods: SamplingMethod[]
): Promise<void> {
  const { sources } = await findSources([file]);
  const rest = {
    quality: 3,
    realtime: false,
    jobs: 1,
    lingerMs: 10,
    stallMs: 60_000,
    spoolLimit: 1,
    reconnectAttempts: 0,
    width: 64,
  };
  const signal = new AbortController().signal;
  for (const samplingMethod of methods) {
    const settings = { samplingMethod, partitionBy: 'frame', ...rest, signal, log: silentLog } as const;
    expect((await produce(stream, sources, settings)).failed).toEqual([]);
  }
}
