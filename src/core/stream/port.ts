/** The transport of frames, in the pipeline's words: messages are published, delivered and settled. */
import type { Origin } from '../frames/origin.js';
import type { Lag } from './lag.js';
import type { Servers } from './servers.js';

/** By name; several headers may have one name, and then the last one counts. (A Map, because a name may be any text.) */
export type Headers = ReadonlyMap<string, readonly Uint8Array[]>;

/** Bytes as they are in the stream. They may not have been written by mvs. */
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
  readonly note?: LetterNote;
}

/** What else is known of a dead letter. Letters of older versions have none of it. */
export interface LetterNote {
  /** The group that rejected the message. */
  readonly group?: string | undefined;
  /** When the message was published: another one is at its place once the topic was created again. */
  readonly publishedAt?: number | undefined;
  /** An older version has appended the letter again, after settled ones: when it was dead-lettered, and when it was appended. */
  readonly kept?: { readonly deadLetteredAt: number; readonly at: number } | undefined;
  /** No letter, but a mark that the letter of this origin was discarded. */
  readonly discarded?: boolean | undefined;
  /** The same: that it was replayed. */
  readonly replayed?: boolean | undefined;
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
   * Says that this message is finished for good: stored or dead-lettered. The stream never moves the group past a
   * message that is not settled, whatever the order of the calls.
   */
  settle(): void;
  /**
   * Says that this message is for a later member: this one does not settle it, and gives it back when it ends. Without effect where
   * `capabilities.partitions` is true: there, a later member begins at the first message that is not settled.
   */
  leave(): void;
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

export interface TopicSpec {
  readonly partitions: number;
  readonly replicationFactor: number;
  /** How long messages are kept; Infinity for ever. The servers decide unless given. */
  readonly retentionMs?: number | undefined;
  /** Other settings of a topic, in the words of the servers. */
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
  /** A member without a sign of life for so long is considered dead, and what it holds goes to the others. */
  readonly sessionTimeoutMs: number;
  /** Called when messages between two deliveries have expired, if `capabilities.counts`. */
  readonly onExpired?: ((expired: Expired) => void) | undefined;
}

/** What a stream can do, which depends on the system that carries it. */
export interface Capabilities {
  /** Each partition is read in order, by one member of a group at a time. Otherwise any member gets any message, and all are in partition 0. */
  readonly partitions: boolean;
  /** Messages have consecutive offsets: a lag is a number of messages, and it is noticed when retention deletes unread ones. */
  readonly counts: boolean;
  /** It is known who the members of a group are, and since when its oldest message waits. */
  readonly showsGroups: boolean;
  /** Messages that a group has settled can be browsed, and a new group gets what was published before. */
  readonly keepsSettled: boolean;
}

export interface FrameStream extends AsyncDisposable {
  readonly topic: string;
  readonly capabilities: Capabilities;
  /** As they were when it was opened; none where the stream is a service. */
  readonly servers?: Servers;
  /** @returns false where it exists already. @throws MvsError USAGE where the cluster has too few brokers. */
  createTopic(spec: TopicSpec): Promise<boolean>;
  /** How many members of a group can read at once: one for each partition; Infinity unless `capabilities.partitions`. @throws MvsError TOPIC_MISSING. */
  partitions(): Promise<number>;
  /** Opens a lane; `signal` interrupts a publish that waits for the broker. */
  publisher(signal?: AbortSignal): Promise<Publisher>;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
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
  lag(group: string): Promise<Lag>;
  tail(): Promise<Tail>;
  /** What has expired before the group settled it, and nothing behind it is settled yet; none unless `capabilities.counts`. */
  expired(group: string): Promise<readonly Expired[]>;
}
