import { homedir } from 'node:os';
import { join } from 'node:path';
import { Flags } from '@oclif/core';

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
