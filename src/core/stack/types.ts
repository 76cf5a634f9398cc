import type { Log } from '../base/log.js';
import type { KafkaSecurity } from '../stream/kafka/security.js';

export type ServerName = 'kafka' | 'mongodb';

/** How a server runs: not ours, in a container, or as a daemon of one of four kinds. */
export type Provider = 'external' | 'docker' | 'java' | 'mongod' | 'memory-server' | 'emulator';

/** Forces a way of running Kafka; `auto` takes the first that fits. */
export type KafkaChoice = 'auto' | 'docker' | 'java';
/** Forces a way of running MongoDB; `auto` takes the first that fits. */
export type MongoChoice = 'auto' | 'docker' | 'mongod' | 'download' | 'emulator';

/** Where a stack lives. */
export interface StackSite {
  /** The per-user folder; the stack keeps everything in its `stack` subfolder. */
  readonly home: string;
  /** Downloaded and compiled programs, shareable between homes. Default: `<home>/cache`. */
  readonly cache?: string | undefined;
  readonly log: Log;
  /** What goes on, for a spinner. */
  readonly onStep?: ((step: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Go over those of stack/server.properties, for a broker that has to differ: another listener, TLS, other limits. */
  readonly kafkaSettings?: Readonly<Record<string, string>> | undefined;
}

export interface StackOptions extends StackSite {
  /** 0 takes the port of last time, or a free one. */
  readonly kafkaPort: number;
  /** 0 takes the port of last time, or a free one. */
  readonly mongoPort: number;
  /** Given by flag or environment: used instead of a local broker. */
  readonly brokers?: readonly string[] | undefined;
  /** How to connect to the brokers that are given. */
  readonly security?: KafkaSecurity | undefined;
  /** Given by flag or environment: used instead of a local database. */
  readonly store?: string | undefined;
  readonly kafka?: KafkaChoice | undefined;
  /** Frames go another way: only the database is needed. */
  readonly withoutKafka?: boolean | undefined;
  readonly mongo?: MongoChoice | undefined;
}

export interface ServerStatus {
  readonly name: ServerName;
  readonly provider: Provider;
  /** `host:port`, several with commas, or a mongodb URL without its credentials. */
  readonly address: string;
  readonly running: boolean;
  readonly pid?: number | undefined;
  readonly dataDir?: string | undefined;
  readonly logFile?: string | undefined;
  readonly version?: string | undefined;
}

/** What other commands need of a stack. */
export interface StackAddress {
  readonly brokers: string[];
  readonly store: string;
}

export interface RunningStack extends StackAddress {
  readonly servers: ServerStatus[];
}
