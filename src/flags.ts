import { join } from 'node:path';
import { homedir } from 'node:os';
import { Flags } from '@oclif/core';
import { engineNames } from './core/classifier/port.js';
import { MvsError } from './core/errors.js';
import { runningStack } from './core/stack/state.js';

/** Each group of flags that commands share, with its environment variables and its own validation. */

function userHome(): string {
  const data = process.env.XDG_DATA_HOME;
  return join(data === undefined || data === '' ? join(homedir(), '.local', 'share') : data, 'mvs');
}

export const homeFlags = {
  home: Flags.string({
    description: 'folder of the local stack: its data, logs and downloads',
    env: 'MVS_HOME',
    default: () => Promise.resolve(userHome()),
    defaultHelp: () => Promise.resolve('~/.local/share/mvs'),
    helpValue: 'FOLDER',
  }),
};

/** How the local stack may be had; the default is the first way that works. */
const providerFlags = {
  cache: Flags.string({
    description: 'folder of downloads, which several homes can share [default: cache in --home]',
    helpValue: 'FOLDER',
    env: 'MVS_CACHE',
  }),
  kafka: Flags.option({
    description: 'how to run Kafka',
    env: 'MVS_KAFKA',
    options: ['auto', 'docker', 'java'] as const,
    default: 'auto' as const,
  })(),
  mongo: Flags.option({
    description: 'how to run MongoDB',
    env: 'MVS_MONGO',
    options: ['auto', 'docker', 'mongod', 'download', 'emulator'] as const,
    default: 'auto' as const,
  })(),
};

const port = { min: 0, max: 65_535 };

export const stackFlags = {
  ...homeFlags,
  ...providerFlags,
  'kafka-port': Flags.integer({
    ...port,
    description: 'port of the local broker; 0 takes a free one',
    env: 'MVS_KAFKA_PORT',
    helpValue: 'N',
    default: 9092,
  }),
  'mongo-port': Flags.integer({
    ...port,
    description: 'port of the local database; 0 takes a free one',
    env: 'MVS_MONGO_PORT',
    helpValue: 'N',
    default: 27_017,
  }),
};

export const topicFlags = {
  ...homeFlags,
  brokers: Flags.custom<string[]>({
    description: 'Kafka brokers, as host:port[,host:port…] [default: the local stack, else localhost:9092]',
    env: 'MVS_BROKERS',
    helpValue: 'HOST:PORT',
    parse: (input) => Promise.resolve(parseBrokers(input)),
  })(),
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
    description:
      'MongoDB URL [default: the local stack, else mongodb://localhost:27017/video-stream-records]',
    env: 'MVS_STORE',
    helpValue: 'URL',
  }),
};

export const classifierFlags = {
  engine: Flags.option({
    description: 'what runs the network; auto takes the fastest that loads',
    env: 'MVS_ENGINE',
    options: ['auto', ...engineNames] as const,
    default: 'auto' as const,
  })(),
  model: Flags.string({
    description:
      'name of a bundled network, or path of an ONNX file or TF.js folder with a model.yaml beside it',
    env: 'MVS_MODEL',
    helpValue: 'NAME|PATH',
    default: 'efficientnet-lite0',
  }),
  labels: Flags.string({
    helpValue: 'FILE',
    description: 'labels file (JSON list) instead of the one of the model',
  }),
};

export const batchFlags = {
  threads: Flags.integer({
    description: 'members of the consumer group, each with its own inference worker',
    env: 'MVS_THREADS',
    helpValue: 'N',
    min: 1,
    max: 256,
    default: 3,
  }),
  batch: Flags.integer({
    description: 'frames per inference',
    env: 'MVS_BATCH',
    min: 1,
    max: 1024,
    default: 32,
  }),
  linger: Flags.integer({
    description: 'milliseconds until a partial batch goes ahead',
    env: 'MVS_LINGER',
    helpValue: 'MS',
    min: 0,
    max: 60_000,
    default: 500,
  }),
  'top-k': Flags.integer({
    helpValue: 'N',
    description: 'predictions to keep of each frame',
    min: 1,
    max: 1000,
    default: 1,
  }),
};

export const samplingFlags = {
  every: Flags.integer({
    char: 'e',
    description: 'keep every Nth frame',
    env: 'MVS_EVERY',
    min: 1,
    default: 3,
  }),
  width: Flags.integer({
    helpValue: 'N',
    description: 'scale frames down to this many pixels',
    min: 16,
    max: 16_384,
  }),
  quality: Flags.integer({
    description: 'JPEG quantiser: 2 is best, 31 is smallest',
    min: 2,
    max: 31,
    default: 3,
  }),
  'partition-by': Flags.option({
    description: 'frame: even load on all consumers; video: order within a video',
    options: ['frame', 'video'] as const,
    default: 'frame' as const,
  })(),
  compression: Flags.option({
    description: 'of messages; JPEG does not get smaller',
    options: ['none', 'snappy'] as const,
    default: 'none' as const,
  })(),
  realtime: Flags.boolean({ description: 'publish at the speed of the video, as a camera would' }),
  jobs: Flags.integer({
    char: 'j',
    description: 'videos at a time',
    env: 'MVS_JOBS',
    min: 1,
    max: 64,
    default: 3,
  }),
};

function parseBrokers(input: string): string[] {
  const brokers = input.split(',').map((broker) => broker.trim());
  const wrong = brokers.find((broker) => !/^[^\s/:]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i.test(broker));
  if (wrong === undefined) return brokers;
  throw new MvsError('USAGE', `${JSON.stringify(wrong)} is not the address of a broker`, {
    hint: 'Give host:port, several separated by commas.',
  });
}

/** Flag or environment, else the local stack that runs, else the usual port. */
export function brokersOf(flags: { brokers?: string[] | undefined; home: string }): string[] {
  return flags.brokers ?? runningStack(flags.home).brokers ?? ['localhost:9092'];
}

export function storeOf(flags: { store?: string | undefined; home: string }): string {
  return flags.store ?? runningStack(flags.home).store ?? 'mongodb://localhost:27017/video-stream-records';
}
