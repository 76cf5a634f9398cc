import { Kafka, logLevel, type Admin, type KafkaMessage } from 'kafkajs';
import { freshName } from '../../support/fresh.js';

/** A record as it lies in a topic. */
export interface LogRecord {
  readonly partition: number;
  readonly offset: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads a topic from its beginning to its present end, past all code of ours. A topic that is not there is empty. */
export async function readLog(brokers: readonly string[], topic: string): Promise<LogRecord[]> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const consumer = kafka.consumer({ groupId: freshName('reader'), maxWaitTimeInMs: 100 });
  try {
    await admin.connect();
    const left = await endsOf(admin, topic);
    const records: LogRecord[] = [];
    if (left.size === 0) return records;
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on('consumer.crash', ({ payload }) => {
        if (!payload.restart) reject(payload.error);
      });
      const eachMessage = ({ partition, message }: { partition: number; message: KafkaMessage }) => {
        records.push(toRecord(partition, message));
        const end = left.get(partition) ?? 0;
        if (Number(message.offset) + 1 >= end) left.delete(partition);
        if (left.size === 0) resolve();
        return Promise.resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
    return records;
  } finally {
    await consumer.disconnect();
    await admin.disconnect();
  }
}

/** The ends of the partitions that hold anything. */
async function endsOf(admin: Admin, topic: string): Promise<Map<number, number>> {
  const topics = await admin.listTopics();
  if (!topics.includes(topic)) return new Map();
  const offsets = await admin.fetchTopicOffsets(topic);
  const filled = offsets.filter(({ low, high }) => high !== low);
  return new Map(filled.map(({ partition, high }) => [partition, Number(high)]));
}

function toRecord(partition: number, { offset, headers = {} }: KafkaMessage): LogRecord {
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return { partition, offset: Number(offset), headers: Object.fromEntries(texts) };
}
