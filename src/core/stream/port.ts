/** The transport of frames, in the pipeline's words: messages are published, delivered and settled. */
import type { Servers } from './servers.js';

import type { Origin } from '../frames/origin.js';

/** By name; several headers may have one name, and then the last one counts. (A Map: the names are anybody's.) */
export type Headers = ReadonlyMap<string, readonly Uint8Array[]>;

/** Bytes as they lie in the stream: anybody may have written them. */
export interface StreamMessage {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: Headers;
}

export interface OutgoingMessage extends StreamMessage {
  /** True: messages of one key stay in order. False: spread evenly over all partitions. */
  readonly ordered: boolean;
}

/** A message that cannot be processed, and why. */
export interface Rejected {
  readonly message: StreamMessage;
  readonly origin: Origin;
  readonly reason: string;
}

/** A message as it lies in the stream. */
export interface Published {
  readonly message: StreamMessage;
  readonly origin: Origin;
  /** When it was published. */
  readonly publishedAt: Date;
}

export interface Delivery extends Published {
  /**
   * Says that this message is done with for good: stored or dead-lettered. The stream never moves the group past a
   * message that is not settled, whatever the order of the calls.
   */
  settle(): void;
  /**
   * Says that this message is for a later member: it is not waited for, and given back when this one ends. A group that
   * moves along partitions needs no telling.
   */
  leave?(): void;
}

/** A message that is only looked at. */
export interface Browsed extends Published {
  /** The group has settled it. */
  readonly isSettled: boolean;
}

/** One member of a consumer group. Ends when its signal aborts; messages not settled by then are delivered again. */
export interface Subscription extends AsyncDisposable {
  readonly deliveries: AsyncIterable<Delivery>;
  /** The partitions that the member holds now. */
  readonly partitions: readonly number[];
  /** How often the stream has answered a request for messages, with or without any. */
  readonly polls: number;
}

/** One ordered lane into the stream. One `publish` at a time. */
export interface Publisher extends AsyncDisposable {
  /**
   * Resolves when the service has acknowledged every message, on all in-sync replicas where it has any.
   * @throws MvsError TOPIC_MISSING, TOPIC_RECREATED where messages that were acknowledged earlier are gone
   */
  publish(messages: readonly OutgoingMessage[]): Promise<void>;
  /** Checks that all it has published is still in the stream, as far as the stream can be asked. @throws MvsError TOPIC_RECREATED */
  confirm(): Promise<void>;
}

/** How far a group is behind on one partition, as far as the stream tells. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Null where the group has committed nothing, or the stream does not number its messages. */
  readonly currentOffset: number | null;
  readonly logEndOffset: number | null;
  /** Messages that are not settled; null where the stream does not count them. */
  readonly lag: number | null;
  readonly consumerId: string | null;
  readonly host: string | null;
}

export interface TopicSpec {
  readonly partitions: number;
  readonly replicationFactor: number;
  /** How long messages are kept; Infinity for ever. The servers decide unless given. */
  readonly retentionMs?: number | undefined;
  /** What else the servers can be told of a topic, in their own words. */
  readonly settings?: ReadonlyMap<string, string> | undefined;
}

/** All that lies in a stream at one moment. */
export interface Tail {
  /** Whether a message was part of it. */
  includes(delivery: Pick<Delivery, 'origin' | 'publishedAt'>): boolean;
  /** True when the group has settled all of it. */
  settledBy(group: string): Promise<boolean>;
}

/** Messages of a partition that retention deleted before a group settled them: offsets `from` to `to`, without `to`. */
export interface Expired {
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

export interface SubscribeOptions {
  readonly group: string;
  readonly signal: AbortSignal;
  /**
   * Bound of the queue in front of the reader: at most this many deliveries wait there. Readers without batches need it too, so it is not
   * the batch size; a consumer sets both to the same number, so that one batch can wait while another one is in inference.
   */
  readonly prefetch: number;
  /** A member that is not heard of for so long is taken for dead, and what it holds goes to the others. */
  readonly sessionTimeoutMs: number;
  /** Messages between two deliveries have expired, where the stream numbers them. */
  readonly onExpired?: ((expired: Expired) => void) | undefined;
}

export interface FrameStream extends AsyncDisposable {
  readonly topic: string;
  /** As they were when it was opened; none where the stream is a service. */
  readonly servers?: Servers;
  /** @returns false where it exists already. @throws MvsError USAGE where the cluster has too few brokers. */
  createTopic(spec: TopicSpec): Promise<boolean>;
  /** Number of partitions; null where the stream has none. @throws MvsError TOPIC_MISSING. */
  partitions(): Promise<number | null>;
  /** Opens a lane; `signal` interrupts a publish that waits for the broker. */
  publisher(signal?: AbortSignal): Promise<Publisher>;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Whether what a group has settled can still be browsed, and what was published earlier comes to a group that is new. */
  readonly keepsSettled: boolean;
  /**
   * All that lies in the stream at this moment, in the order of each partition, and nothing of it is settled. What members
   * of the group hold is left out by a stream that gives a message to one reader at a time. Ends early when `signal` aborts.
   * @throws MvsError TOPIC_MISSING
   */
  browse(group: string, signal: AbortSignal): AsyncIterable<Browsed>;
  /** Where `deadLetter` puts messages: a stream that can be opened like any other. */
  readonly deadLetterTopic: string;
  /** Keeps messages that cannot be processed, untouched, each with the reason and its origin. */
  deadLetter(rejected: readonly Rejected[], signal?: AbortSignal): Promise<void>;
  lag(group: string): Promise<readonly PartitionLag[]>;
  /**
   * When the first message that is not settled was published, by partition. Without those where nothing is committed, or
   * nobody can tell within half a second. Where nothing waits: nothing too, or now from a stream that counts no messages.
   */
  waitingSince(lag: readonly PartitionLag[], group: string): Promise<ReadonlyMap<number, Date>>;
  tail(): Promise<Tail>;
  /** What has expired before the group settled it, and nothing behind it is settled yet; none where the stream does not number messages. */
  expired(group: string): Promise<readonly Expired[]>;
}
