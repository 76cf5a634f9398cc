import { defaultDatabase } from '../store/defaults.js';
import type { KafkaSecurity } from '../stream/kafka/security.js';
import { inDocker } from './docker.js';
import { mongoEmulator } from './emulator.js';
import { kafkaOnJava } from './kafka-java.js';
import { markOf } from './layout.js';
import { dataFolder, mongodDownloaded, mongodOnPath } from './mongod.js';
import { kafkaAnswers, kafkaReady, mongoAnswers } from './probes.js';
import type { ServerKind, Way } from './site.js';
import type { KafkaChoice, MongoChoice } from './types.js';

const kafkaWays: Record<Exclude<KafkaChoice, 'auto'>, Way> = {
  docker: inDocker('kafka'),
  java: kafkaOnJava,
};

const mongoWays: Record<Exclude<MongoChoice, 'auto'>, Way> = {
  docker: inDocker('mongodb'),
  mongod: mongodOnPath,
  download: mongodDownloaded(true),
  emulator: mongoEmulator,
};

/** The order of attempts for `auto`, best first. */
const kafkaInOrder = [kafkaWays.docker, kafkaWays.java];
const mongoInOrder = [mongoWays.docker, mongodOnPath, mongodDownloaded(false), mongoEmulator];

/** @param security for a given broker; the local one has none and listens on loopback only */
export function kafkaKind(choice: KafkaChoice, security?: KafkaSecurity): ServerKind {
  return {
    name: 'kafka',
    title: 'Kafka',
    portFlag: '--kafka-port',
    usualPort: 9092,
    installHint: 'Install Docker, or Java 17 or newer with Maven, or name a broker with --brokers.',
    ways: choice === 'auto' ? kafkaInOrder : [kafkaWays[choice]],
    addressOf: (port) => `127.0.0.1:${port}`,
    marks: (layout) => [markOf(layout, 'kafka')],
    answers: async (address) => {
      await kafkaAnswers({ brokers: address.split(','), security });
      return undefined;
    },
    ready: (address) => kafkaReady(address.split(',')),
  };
}

export function mongoKind(choice: MongoChoice): ServerKind {
  return {
    name: 'mongodb',
    title: 'MongoDB',
    portFlag: '--mongo-port',
    usualPort: 27_017,
    installHint:
      'Install Docker, MongoDB, or Java 17 or newer (a JDK) with Maven, or name a database with --store.',
    ways: choice === 'auto' ? mongoInOrder : [mongoWays[choice]],
    addressOf: (port) => `mongodb://127.0.0.1:${port}/${defaultDatabase}`,
    marks: (layout) => [markOf(layout, 'mongodb'), dataFolder(layout)],
    answers: mongoAnswers,
    ready: async (address) => {
      await mongoAnswers(address);
    },
  };
}
