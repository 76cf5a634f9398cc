import type { Log } from '../core/base/log.js';
import type { OverviewSources } from '../core/operate/overview.js';
import { redact } from '../core/base/redact.js';
import { openMongo } from '../core/store/mongo.js';
import { describeStream } from '../core/stream/address.js';
import { storeOf, streamOf } from '../flags/index.js';
import { lookAtModel } from './model.js';
import { openDeadLetters, openStream, type ConsumerFlags } from './open.js';

interface OverviewFlags extends Pick<ConsumerFlags, Exclude<keyof ConsumerFlags, 'threads' | 'workers'>> {
  readonly group: string;
}

/** How to get at each part that the flags name; nothing is opened yet. @throws MvsError CONFIG */
export function overviewSources(flags: OverviewFlags, log: Log): OverviewSources {
  const { group, engine } = flags;
  const address = streamOf(flags);
  const store = storeOf(flags);
  // The page shows what there would be to warn of.
  const quiet: Log = {
    ...log,
    warn: (...said) => {
      log.debug(...said);
    },
  };
  return {
    ...{ topic: address.topic, group, engine },
    brokers: describeStream(address),
    store: redact(store),
    openStream: () => openStream(flags, log),
    openDeadLetters: (stream) => openDeadLetters(stream, flags, quiet),
    openStore: () => openMongo(store),
    loadModel: () => lookAtModel(flags, log),
  };
}
