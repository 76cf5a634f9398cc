import { expect, it } from 'vitest';
import { openStream, publish } from '../support/fresh.js';
import { expire } from '../support/kafka-admin.js';
import { jsonOf, workspace } from '../support/mvs.js';
import { messagesOf } from '../support/pipeline.js';

it('consume --until-drained alerts where retention took frames that nobody had read', async () => {
  const { topic, group, mvs } = workspace();
  await mvs('topic:create', '--partitions', '1');
  await publish(await openStream(topic), await messagesOf('clip', 5));
  await expire(topic, { 0: 6 });

  const first = await mvs('consume', '--until-drained');
  expect(first).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('6 messages deleted') as string,
  });
  expect(first.stderr).toContain(
    `retention deleted 6 messages of partition 0 before the group ${group} read`,
  );

  const again = await mvs('consume', '--until-drained', '--json');
  expect(again.exitCode).toBe(1);
  expect(jsonOf(again)).toMatchObject({ frames: 0, expired: [{ partition: 0, messages: 6 }] });
}, 60_000);
