import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { openKafka } from '../../../src/core/stream/kafka/index.js';
import type { FrameStream } from '../../../src/core/stream/port.js';
import { freshName } from '../../support/fresh.js';
import { deleteTopic } from '../../support/kafka-admin.js';
import { startProxiedKafka, type ProxiedKafka } from '../../support/proxied-kafka.js';
import { publishContract } from './publish.js';

describe('publishing to Kafka', () => {
  let kafka: ProxiedKafka | undefined;
  const cleaning: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    kafka = await startProxiedKafka((work) => cleaning.push(work));
  });
  afterAll(async () => {
    for (const work of cleaning.reverse()) await work();
  });
  const opened = async (topic: string, brokers = kafka?.direct ?? []): Promise<FrameStream> => {
    const stream = await openKafka({ brokers, topic, log: silentLog });
    onTestFinished(() => stream[Symbol.asyncDispose]());
    return stream;
  };
  const fresh = async (partitions: number, brokers?: string[]): Promise<FrameStream> => {
    const stream = await opened(freshName('topic'), brokers);
    await stream.createTopic({ partitions, replicationFactor: 1 });
    return stream;
  };

  publishContract(fresh, {
    losing: async (partitions) => {
      const stream = await fresh(partitions, kafka?.brokers);
      let [seen, lost] = [0, 0];
      if (kafka) {
        kafka.proxy.rule = ({ direction, kind }) => {
          const chosen = lost % 2 === 0 ? 'response' : 'request';
          if (direction !== chosen || kind !== 'produce' || ++seen % 3 > 0) return 'pass';
          lost += 1;
          return 'drop';
        };
      }
      return { stream, lost: () => lost };
    },
    reopen: (topic) => opened(topic),
    deleteTopic: (topic) => deleteTopic(topic, kafka?.direct),
    group: freshName('group'),
  });
});
