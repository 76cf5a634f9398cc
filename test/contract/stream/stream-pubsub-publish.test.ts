import { describe, expect, it, vi } from 'vitest';
import { silentLog, type Log } from '../../../src/core/base/log.js';
import { browsed, numbered, publish, textOf, texts } from '../../support/fresh.js';
import {
  deleteTopic,
  firstGroup,
  freshTopic,
  hasPubSub,
  openTopicOf,
  useFake,
} from '../../support/pubsub.js';
import { publishContract } from './publish.js';

describe.skipIf(!hasPubSub)('publishing to Pub/Sub', () => {
  useFake();

  publishContract(() => freshTopic(), {
    losing: async () => {
      const warn = vi.fn<Log['warn']>();
      const stream = await freshTopic('lost-publish', { ...silentLog, warn });
      return { stream, lost: () => warn.mock.calls.length };
    },
    reopen: openTopicOf,
    deleteTopic,
    group: firstGroup,
  });

  it('sends again what the answer has no id for, from the first such message on', async () => {
    const warn = vi.fn<Log['warn']>();
    const stream = await freshTopic('few-ids', { ...silentLog, warn });
    await publish(stream, numbered(12));
    const found = await browsed(stream, firstGroup);
    expect(new Set(found.map(textOf))).toEqual(new Set(texts(12)));
    expect(warn.mock.calls[0]?.[0]).toContain('does not confirm every message');
  });
});
