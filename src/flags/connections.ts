import { Flags } from '@oclif/core';
import { runningStack } from '../core/stack/state.js';
import { defaultDatabase, storeLayouts } from '../core/store/defaults.js';
import { parseBrokers, parseStream, type StreamAddress } from '../core/stream/address.js';
import { securityFlags } from './security.js';
import { homeFlags } from './stack.js';

export const usualBrokerPort = 9092;
const usualStore = `mongodb://localhost:27017/${defaultDatabase}`;

export const brokerFlags = {
  ...homeFlags,
  brokers: Flags.custom<string[]>({
    description: 'Kafka brokers, as host:port[,host:port…] [default: the local stack, else localhost:9092]',
    env: 'MVS_BROKERS',
    helpValue: 'HOST:PORT',
    parse: (input) => Promise.resolve(parseBrokers(input)),
  })(),
  ...securityFlags,
};

export const topicFlags = {
  ...brokerFlags,
  stream: Flags.custom<StreamAddress>({
    description:
      'kafka://host:9092/topic, pubsub://project/topic or kinesis://region/stream; instead of --brokers and --topic',
    env: 'MVS_STREAM',
    helpValue: 'URL',
    parse: (input) => Promise.resolve(parseStream(input)),
  })(),
  topic: Flags.string({
    description: 'topic that carries the frames',
    env: 'MVS_TOPIC',
    helpValue: 'NAME',
    default: 'multi-video-stream',
  }),
};

export const defaultGroup = 'kafka-multi-video-stream';

export const groupFlags = {
  group: Flags.string({
    description: 'consumer group',
    env: 'MVS_GROUP',
    helpValue: 'NAME',
    default: defaultGroup,
  }),
};

export const storeFlags = {
  store: Flags.string({
    description: `MongoDB URL; one with a password belongs in the variable, where others do not see it [default: the local stack, else ${usualStore}]`,
    env: 'MVS_STORE',
    helpValue: 'URL',
  }),
};

export const storeLayoutFlags = {
  'store-layout': Flags.option({
    description:
      'how a new database keeps its records: a collection for each video, or one for all, which can be sharded [default: as it is, else collection-per-video]',
    env: 'MVS_STORE_LAYOUT',
    options: storeLayouts,
  })(),
};

/** Flag or environment, else the local stack that runs, else the usual port. */
function brokersOf(flags: { brokers?: string[] | undefined; home: string }): string[] {
  return flags.brokers ?? runningStack(flags.home).brokers ?? [`localhost:${usualBrokerPort}`];
}

/** Where the frames go: `--stream`, else a topic of the brokers. */
export function streamOf(flags: {
  stream?: StreamAddress | undefined;
  brokers?: string[] | undefined;
  home: string;
  topic: string;
}): StreamAddress {
  return flags.stream ?? { kind: 'kafka', brokers: brokersOf(flags), topic: flags.topic };
}

export function storeOf(flags: { store?: string | undefined; home: string }): string {
  return flags.store ?? runningStack(flags.home).store ?? usualStore;
}
