import { Flags } from '@oclif/core';
import { MvsError } from '../core/errors.js';
import { runningStack } from '../core/stack/state.js';
import { defaultDatabase } from '../core/store/defaults.js';
import { securityFlags } from './security.js';
import { homeFlags } from './stack.js';

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
  topic: Flags.string({
    description: 'topic that carries the frames',
    env: 'MVS_TOPIC',
    helpValue: 'NAME',
    default: 'multi-video-stream',
  }),
};

export const groupFlags = {
  group: Flags.string({
    description: 'consumer group',
    env: 'MVS_GROUP',
    helpValue: 'NAME',
    default: 'kafka-multi-video-stream',
  }),
};

export const storeFlags = {
  store: Flags.string({
    description: `MongoDB URL; one with a password belongs in the variable, where others do not see it [default: the local stack, else ${usualStore}]`,
    env: 'MVS_STORE',
    helpValue: 'URL',
  }),
};

/** Flag or environment, else the local stack that runs, else the usual port. */
export function brokersOf(flags: { brokers?: string[] | undefined; home: string }): string[] {
  return flags.brokers ?? runningStack(flags.home).brokers ?? ['localhost:9092'];
}

export function storeOf(flags: { store?: string | undefined; home: string }): string {
  return flags.store ?? runningStack(flags.home).store ?? usualStore;
}

function parseBrokers(input: string): string[] {
  const brokers = input.split(',').map((broker) => broker.trim());
  const wrong = brokers.find((broker) => !/^[^\s/:]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i.test(broker));
  if (wrong === undefined) return brokers;
  throw new MvsError('USAGE', `${JSON.stringify(wrong)} is not the address of a broker`, {
    hint: 'Give host:port, several separated by commas.',
  });
}
