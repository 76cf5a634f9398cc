import { Flags } from '@oclif/core';
import { runningStack } from '../core/stack/state.js';
import { defaultDatabase, storeLayouts } from '../core/store/defaults.js';
import { parseBrokers, parseStream, type StreamAddress } from '../core/stream/address.js';
import { grouped } from './grouped.js';
import type { Infer } from './infer.js';
import { securityFlags } from './security.js';
import { homeFlags, type HomeFlags } from './stack.js';

export const usualBrokerPort = 9092;
const usualStore = `mongodb://localhost:27017/${defaultDatabase}`;

export const brokerFlags = {
  ...homeFlags,
  ...grouped('STREAM', {
    brokers: Flags.custom<string[]>({
      description: 'Kafka brokers as host:port[,host:port…] [default: the local stack, else localhost:9092]',
      env: 'MVS_BROKERS',
      helpValue: 'HOST:PORT',
      parse: (input) => Promise.resolve(parseBrokers(input)),
    })(),
  }),
  ...securityFlags,
};

export const topicFlags = {
  ...brokerFlags,
  ...grouped('STREAM', {
    stream: Flags.custom<StreamAddress>({
      description:
        'kafka://host:9092/topic, pubsub://project/topic or kinesis://region/stream; replaces --brokers and --topic',
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
  }),
};

export const defaultGroup = 'kafka-multi-video-stream';

export const groupFlags = grouped('STREAM', {
  group: Flags.string({
    description: 'consumer group',
    env: 'MVS_GROUP',
    helpValue: 'NAME',
    default: defaultGroup,
  }),
});

export const storeFlags = grouped('DATABASE', {
  store: Flags.string({
    description: `MongoDB URL; use the variable for a URL with a password, so that other users cannot see it [default: the local stack, else ${usualStore}]`,
    env: 'MVS_STORE',
    helpValue: 'URL',
  }),
});

export const storeLayoutFlags = grouped('DATABASE', {
  'store-layout': Flags.option({
    description:
      'layout of a new database: one collection per video, or a single one, which can be sharded [default: the existing layout, else collection-per-video]',
    env: 'MVS_STORE_LAYOUT',
    options: storeLayouts,
  })(),
});

export type BrokerFlags = Infer<typeof brokerFlags>;
export type TopicFlags = Infer<typeof topicFlags>;
export type GroupFlags = Infer<typeof groupFlags>;
export type StoreFlags = Infer<typeof storeFlags>;
export type StoreLayoutFlags = Infer<typeof storeLayoutFlags>;

/** Where the frames go: `--stream`, else a topic of the brokers. */
export function streamOf(flags: TopicFlags): StreamAddress {
  return flags.stream ?? { kind: 'kafka', brokers: brokersOf(flags), topic: flags.topic };
}

/** Flag or environment, else the running local stack, else the usual port. */
function brokersOf({ brokers, home }: BrokerFlags): readonly string[] {
  return brokers ?? runningStack(home).brokers ?? [`localhost:${usualBrokerPort}`];
}

export function storeOf({ store, home }: StoreFlags & HomeFlags): string {
  return store ?? runningStack(home).store ?? usualStore;
}
