import type { Published } from '../port.js';
import { fromPubSub } from './message.js';
import type { Received } from './pull.js';

export function toPublished({ message }: Received, topic: string): Published {
  const { messageId, publishTime } = message ?? {};
  return {
    message: fromPubSub(message ?? {}),
    // Ids are digits; Google's fake puts a letter before them.
    origin: { topic, partition: 0, offset: (messageId ?? '').replace(/\D/g, '') },
    publishedAt: new Date(Number(publishTime?.seconds ?? 0) * 1000 + (publishTime?.nanos ?? 0) / 1e6),
  };
}
