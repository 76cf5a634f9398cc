import type { Log } from '../core/base/log.js';
import type { ConsumeOptions, ConsumePorts } from '../core/consume/consume.js';
import type { ProduceOptions } from '../core/produce/outcome.js';
import { runPipeline, type Ran } from '../core/run.js';
import type { Source } from '../core/source/source.js';
import type { RunningStack } from '../core/stack/index.js';
import type { RecordStore } from '../core/store/port.js';
import type { FrameStream } from '../core/stream/port.js';
import { consumeOptions, type ConsumerFlags } from '../flags/consuming.js';
import type { OutputFlags } from '../flags/output.js';
import type { PublishFlags } from '../flags/producing.js';
import { withConsumer, type Used } from './consumer.js';
import { warnOfIgnored, type Parsed } from './ignored-flags.js';
import { ensureTopic } from './stream.js';

type PipelineFlags = ConsumerFlags & PublishFlags & Pick<OutputFlags, 'log-format'>;

interface Work {
  readonly stack: RunningStack;
  readonly sources: readonly Source[];
  readonly options: ProduceOptions;
}

/** What a command adds: counts, and progress while the work runs. */
interface Around {
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly producing: (stream: FrameStream, options: ProduceOptions) => ProduceOptions;
  readonly consuming: (ports: ConsumePorts, options: ConsumeOptions) => ConsumeOptions;
  readonly during: (results: RecordStore, work: () => Promise<Ran>) => Promise<Ran>;
}

/** Opens what the pipeline needs on these servers, with the topic created unless it exists, and runs it. */
export async function runVideos(
  parsed: Parsed & { readonly flags: PipelineFlags },
  { stack, sources, options }: Work,
  { signal, log, producing, consuming, during }: Around,
): Promise<Ran & { readonly used: Used }> {
  warnOfIgnored(parsed, stack, log);
  const flags = { ...parsed.flags, ...stack };
  await ensureTopic(flags, log);
  return withConsumer(flags, { signal, log }, async ({ ports, used, ...opened }) => {
    const cover = flags.width === undefined ? opened.cover : undefined;
    const published = producing(ports.stream, { ...options, cover });
    const consumed = consuming(ports, consumeOptions(flags, { ...opened, signal }));
    const ran = await during(ports.store, () => runPipeline(ports, sources, published, consumed));
    return { ...ran, used };
  });
}
