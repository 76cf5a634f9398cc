/** Which member of a group reads a partition now. */
export interface PartitionOwner {
  readonly topic: string;
  readonly partition: number;
  readonly consumerId: string | null;
  readonly host: string | null;
}

/** How far a group is behind on one partition. */
export interface PartitionLag extends PartitionOwner {
  /** Null if the group has committed nothing. */
  readonly currentOffset: number | null;
  readonly logEndOffset: number;
  /** Messages that are not settled. */
  readonly lag: number;
}

interface LagOf<Counted extends boolean, Partition> {
  /** As `capabilities.counts`. */
  readonly counted: Counted;
  readonly partitions: readonly Partition[];
  /**
   * When the first message that is not settled was published, by partition. Partitions are missing if the group has committed nothing,
   * or if the time is not known within half a second. If nothing waits: missing, or now from a stream that does not count.
   */
  waitingSince(): Promise<ReadonlyMap<number, Date>>;
}

/** How far a group is behind on a topic: in messages, if the stream counts them. */
export type Lag = LagOf<true, PartitionLag> | LagOf<false, PartitionOwner>;
