import { expect, vi } from 'vitest';
import type { FrameStream } from '../../src/core/stream/port.js';
import { openStoreAt, publish } from '../support/fresh.js';
import { jsonOf, type Workspace } from '../support/mvs.js';
import { messagesOf } from '../support/pipeline.js';
import { notAJpeg } from '../support/poison.js';

type Setting = Pick<Workspace, 'mvs' | 'env'> & { readonly stream: FrameStream };

/** A video whose name belongs to other content, and a picture that is none, from dead letters to the database, on any stream. */
export async function replayLeads({ mvs, env, stream }: Setting): Promise<void> {
  const store = await openStoreAt(String(env.MVS_STORE));
  await store.claim({ video: 'cat', fingerprint: 'cd'.repeat(32), sampling: 'every=1' });
  const bad = notAJpeg();
  await publish(stream, [...(await messagesOf('cat', 3)), bad]);
  const consume = async (): Promise<unknown> =>
    jsonOf(await mvs('consume', '--threads', '1', '--until-drained', '--json'));
  expect(await consume()).toMatchObject({ stored: 0, deadLettered: 5 });

  const listed = jsonOf(await mvs('dlq:list', '--open', '--json')) as { deadLetters: { reason: string }[] };
  expect(listed).toMatchObject({ topic: stream.deadLetterTopic, deadLetters: { length: 5 }, more: false });
  for (const { reason } of listed.deadLetters) expect(reason).toContain('different content');
  // Status asks for a second and a half only, which a busy machine may need for the client.
  const uncounted = {
    name: 'dead letters',
    state: 'ok',
    detail: expect.stringMatching(/^not counted/) as string,
  };
  await vi.waitFor(
    async () => {
      const { checks, deadLetters } = jsonOf(await mvs('status', '--json')) as Record<string, unknown>;
      expect(deadLetters).toBeNull();
      expect(checks).toContainEqual(uncounted);
    },
    { timeout: 60_000 },
  );

  await store.remove('cat');
  const replayed = await mvs('dlq:replay', '--json');
  expect(jsonOf(replayed)).toEqual({ topic: stream.topic, replayed: 5 });
  expect(await consume()).toMatchObject({ stored: 3, deadLettered: 1 });
  expect(jsonOf(await mvs('dlq:list', '--open', '--json'))).toMatchObject({
    deadLetters: [{ frame: { video: 'cat', frame: 1000 }, replayed: false, origin: { topic: stream.topic } }],
  });
}
