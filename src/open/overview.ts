import type { Log } from '../core/base/log.js';
import type { OverviewSources } from '../core/operate/overview.js';
import { redact } from '../core/base/redact.js';
import { describeStream } from '../core/stream/address.js';
import {
  defaultGroup,
  storeOf,
  streamOf,
  type GroupFlags,
  type StoreFlags,
  type TopicFlags,
} from '../flags/index.js';
import type { ClassifierFlags } from '../flags/classifying.js';
import { lookAtModel } from './model.js';
import { openStore } from './store.js';
import { openDeadLetters, openStream } from './stream.js';

type OverviewFlags = TopicFlags & GroupFlags & StoreFlags & ClassifierFlags;

/** How to open each part that the flags name; nothing is opened yet. @throws MvsError CONFIG */
export function overviewSources(flags: OverviewFlags, log: Log): OverviewSources {
  const { group, engine } = flags;
  const address = streamOf(flags);
  // The page itself shows what the warnings would say.
  const quiet: Log = {
    ...log,
    warn: (...said) => {
      log.debug(...said);
    },
  };
  return {
    ...{ topic: address.topic, group, engine },
    groupIsNamed: group !== defaultGroup,
    brokers: describeStream(address),
    store: redact(storeOf(flags)),
    openStream: () => openStream(flags, log),
    openDeadLetters: (stream) => openDeadLetters(stream, flags, quiet),
    openStore: () => openStore(flags, log),
    loadModel: () => lookAtModel(flags, log),
  };
}
