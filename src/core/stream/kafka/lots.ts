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
 * Divides what is to be published among partitions: messages of one key stay together and in order, all others are spread evenly in
 * runs of neighbours.
 *
 * @param partitions of the topic
 * @param next the partition whose turn it is
 */
export function toLots(messages: readonly OutgoingMessage[], partitions: number, next: () => number): Lot[] {
  const spread = messages.filter(({ ordered }) => !ordered);
  const size = Math.ceil(spread.length / Math.min(partitions, maxLots));
  const lots: Lot[] = [];
  for (let from = 0; from < spread.length; from += size)
    lots.push({ partition: next(), messages: spread.slice(from, from + size) });
  const ordered = messages.filter((message) => message.ordered);
  const keyed = groupBy(ordered, (message) => partitionOf(message, partitions));
  return [...lots, ...Array.from(keyed, ([partition, some]) => ({ partition, messages: some }))];
}

function partitionOf(message: OutgoingMessage, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    ...{ partitionId, leader: 0, partitionErrorCode: 0, replicas: [], isr: [] },
  }));
  return byKey({ topic: '', partitionMetadata, message: toKafkaMessage(message) });
}
