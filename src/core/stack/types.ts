import type { Log } from '../base/log.js';
import type { KafkaSecurity } from '../stream/kafka/security.js';

export type ServerName = 'kafka' | 'mongodb';

/** How a server runs: started by another program, in a container, or as one of four kinds of daemon. */
export type Provider = 'external' | 'docker' | 'java' | 'mongod' | 'memory-server' | 'emulator';

/** How to run Kafka; `auto` uses the first way that works. */
export type KafkaChoice = 'auto' | 'docker' | 'java';
/** How to run MongoDB; `auto` uses the first way that works. */
export type MongoChoice = 'auto' | 'docker' | 'mongod' | 'download' | 'emulator';

/** The location of a stack. */
export interface StackSite {
  /** The folder of the user. The stack keeps everything in its subfolder `stack`. */
  readonly home: string;
  /** Downloaded and compiled programs, which several homes can share. Default: `<home>/cache`. */
  readonly cache?: string | undefined;
  readonly log: Log;
  /** Called with the current step, for a spinner. */
  readonly onStep?: ((step: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Override stack/server.properties, for a broker with another listener, TLS or other limits. */
  readonly kafkaSettings?: Readonly<Record<string, string>> | undefined;
}

export interface StackOptions extends StackSite {
  /** 0 uses the previous port, or a free one; undefined uses the previous port, or 9092. */
  readonly kafkaPort?: number | undefined;
  /** 0 uses the previous port, or a free one; undefined uses the previous port, or 27017. */
  readonly mongoPort?: number | undefined;
  /** Given by flag or environment: used instead of a local broker. */
  readonly brokers?: readonly string[] | undefined;
  /** How to connect to the brokers that are given. */
  readonly security?: KafkaSecurity | undefined;
  /** Given by flag or environment: used instead of a local database. */
  readonly store?: string | undefined;
  readonly kafka?: KafkaChoice | undefined;
  /** True if another stream is used, so that only the database is needed. */
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

/** What other commands need to know about a stack. */
export interface StackAddress {
  readonly brokers: string[];
  readonly store: string;
}

export interface RunningStack extends StackAddress {
  readonly servers: ServerStatus[];
}
