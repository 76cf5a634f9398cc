import type { ConsumeOptions, ConsumePorts, ConsumeTotals } from './consume.js';
import { consumeDuring, untilDrained } from './drain.js';
import { produce } from './produce.js';
import type { Produced, ProduceOptions } from './produced.js';
import { untilItWorks } from './retry.js';
import type { Source } from './source.js';

/** Produces the sources and consumes them at the same time, until all that was published is stored. */
export async function runPipeline(
  ports: ConsumePorts,
  sources: readonly Source[],
  producing: ProduceOptions,
  consuming: ConsumeOptions,
): Promise<{ produced: Produced; consumed: ConsumeTotals }> {
  let produced: Produced = { videos: [], failed: [], seconds: 0 };
  const consumed = await consumeDuring(ports, consuming, async (signal) => {
    const ownerOf = async (video: string): Promise<string | undefined> =>
      (await untilItWorks(() => ports.store.video(video), { signal, log: ports.log }))?.fingerprint;
    produced = await produce(ports.stream, sources, { ...producing, signal, ownerOf });
    const tail = await untilItWorks(() => ports.stream.tail(), { signal, log: ports.log });
    await untilDrained(tail, consuming.group, signal);
  });
  return { produced, consumed };
}
