/** The transport of frames, in the pipeline's words: messages are published, delivered and settled. */

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

/** Where a message lies in the stream. */
export interface Origin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** A message that cannot be processed, and why. */
export interface Rejected {
  readonly message: StreamMessage;
  readonly origin: Origin;
  readonly reason: string;
}

export interface Delivery {
  readonly message: StreamMessage;
  readonly origin: Origin;
  /** When it was published. */
  readonly publishedAt: Date;
  /**
   * Says that this message is done with for good: stored or dead-lettered. The stream never moves the group past a
   * message that is not settled, whatever the order of the calls.
   */
  settle(): void;
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
  /** Resolves when every message is safe on all in-sync replicas. */
  publish(messages: readonly OutgoingMessage[]): Promise<void>;
}

export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Null where the group has committed nothing. */
  readonly currentOffset: number | null;
  readonly logEndOffset: number;
  readonly lag: number;
  readonly consumerId: string | null;
  readonly host: string | null;
}

export interface TopicSpec {
  readonly partitions: number;
  readonly replicationFactor: number;
}

/** The ends of all partitions at one moment. */
export type Tail = ReadonlyMap<number, bigint>;

export interface SubscribeOptions {
  readonly group: string;
  readonly signal: AbortSignal;
  /** At most so many deliveries wait to be taken. */
  readonly prefetch: number;
  /** A member that is not heard of for so long is taken for dead, and what it holds goes to the others. */
  readonly sessionTimeoutMs: number;
}

export interface FrameStream extends AsyncDisposable {
  readonly topic: string;
  /** @returns false where it exists already. @throws MvsError USAGE where the cluster has too few brokers. */
  createTopic(spec: TopicSpec): Promise<boolean>;
  /** Number of partitions. @throws MvsError TOPIC_MISSING. */
  partitions(): Promise<number>;
  /** Opens a lane; `signal` interrupts a publish that waits for the broker. */
  publisher(signal?: AbortSignal): Promise<Publisher>;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Where `deadLetter` puts messages: a stream that can be opened like any other. */
  readonly deadLetterTopic: string;
  /** Keeps messages that cannot be processed, untouched, each with the reason and its origin. */
  deadLetter(rejected: readonly Rejected[], signal?: AbortSignal): Promise<void>;
  lag(group: string): Promise<readonly PartitionLag[]>;
  /**
   * When the first message that each partition's lag counts was published, by partition. Without those where nothing waits,
   * nothing is committed, or nobody can tell within half a second.
   */
  waitingSince(lag: readonly PartitionLag[]): Promise<ReadonlyMap<number, Date>>;
  tail(): Promise<Tail>;
  /** True when the group has settled everything before `tail`. */
  drained(group: string, tail: Tail): Promise<boolean>;
}
