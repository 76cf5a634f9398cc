import { homedir } from 'node:os';
import { join } from 'node:path';
import { Flags } from '@oclif/core';
import type { StackOptions } from '../core/stack/types.js';
import { grouped } from './grouped.js';
import type { Infer } from './infer.js';

function userHome(): string {
  const data = process.env.XDG_DATA_HOME;
  return join(data === undefined || data === '' ? join(homedir(), '.local', 'share') : data, 'mvs');
}

export const homeFlags = grouped('LOCAL SERVER', {
  home: Flags.string({
    description: 'folder of the local stack: its data, logs and downloads',
    env: 'MVS_HOME',
    default: () => Promise.resolve(userHome()),
    defaultHelp: () => Promise.resolve('~/.local/share/mvs'),
    helpValue: 'FOLDER',
  }),
});

export const cacheFlags = grouped('LOCAL SERVER', {
  cache: Flags.string({
    description: 'folder for downloads, which several homes can share [default: cache in --home]',
    helpValue: 'FOLDER',
    env: 'MVS_CACHE',
  }),
});

const port = { min: 0, max: 65_535 };

/** Where the local stack is. */
export const siteFlags = grouped('LOCAL SERVER', {
  ...homeFlags,
  ...cacheFlags,
  'kafka-port': Flags.integer({
    ...port,
    description:
      'port of the local broker [default: the port of its last start, else 9092; 0: the port of its last start, else a free one]',
    env: 'MVS_KAFKA_PORT',
    helpValue: 'N',
  }),
  'mongo-port': Flags.integer({
    ...port,
    description:
      'port of the local database [default: the port of its last start, else 27017; 0: the port of its last start, else a free one]',
    env: 'MVS_MONGO_PORT',
    helpValue: 'N',
  }),
});

/** And how to run it; the default is the first way that works. */
export const stackFlags = grouped('LOCAL SERVER', {
  ...siteFlags,
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
});

export type HomeFlags = Infer<typeof homeFlags>;
export type StackFlags = Infer<typeof stackFlags>;

type SiteOptions = Pick<StackOptions, 'home' | 'cache' | 'kafkaPort' | 'mongoPort'>;

export function siteOptions(flags: Infer<typeof siteFlags>): SiteOptions {
  const { home, cache, 'kafka-port': kafkaPort, 'mongo-port': mongoPort } = flags;
  return { home, cache, kafkaPort, mongoPort };
}

export function stackOptions(flags: StackFlags): SiteOptions & Pick<StackOptions, 'kafka' | 'mongo'> {
  const { kafka, mongo } = flags;
  return { ...siteOptions(flags), kafka, mongo };
}
