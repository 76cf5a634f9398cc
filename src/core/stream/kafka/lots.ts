import { Partitioners } from 'kafkajs';
import { groupBy } from '../../base/group-by.js';
import type { OutgoingMessage } from '../port.js';
import { toKafkaMessage } from './message.js';

/** Messages for one partition. */
export interface Lot {
  readonly partition: number;
  readonly messages: readonly OutgoingMessage[];
}

/** Each lot is a round trip of its own: with many partitions they take turns from one publish to the next. */
const maxLots = 8;
/** murmur2 of the key, as Kafka's own producer has it. */
const byKey = Partitioners.DefaultPartitioner();

/**
 * Divides what is to be published among partitions: messages of one key stay together, all others are spread evenly in runs of
 * neighbours. In each partition they are in the order in which they came.
 *
 * @param partitions of the topic
 * @param next the partition whose turn it is
 */
export function toLots(messages: readonly OutgoingMessage[], partitions: number, next: () => number): Lot[] {
  const spread = messages.filter(({ ordered }) => !ordered).length;
  const size = Math.ceil(spread / Math.min(partitions, maxLots));
  let [taken, partition] = [0, 0];
  const inTurn = (): number => (partition = taken++ % size === 0 ? next() : partition);
  const placed = groupBy(messages, (message) =>
    message.ordered ? partitionOf(message, partitions) : inTurn(),
  );
  return Array.from(placed, ([of, some]) => ({ partition: of, messages: some }));
}

function partitionOf(message: OutgoingMessage, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    ...{ partitionId, leader: 0, partitionErrorCode: 0, replicas: [], isr: [] },
  }));
  return byKey({ topic: '', partitionMetadata, message: toKafkaMessage(message) });
}
