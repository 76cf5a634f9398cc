import { describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../../src/core/stream/port.js';
import { joinGroup, lagOf, numbered, openStream, publish } from '../support/fresh.js';
import { jsonOf, workspace } from '../support/mvs.js';
import { messagesOf } from '../support/pipeline.js';
import { sharedStack } from '../support/stack.js';

/** Three messages on each of two partitions, or these on one. */
async function withMessages(messages?: readonly OutgoingMessage[]) {
  const space = workspace();
  const stream = await openStream(space.topic);
  await stream.createTopic({ partitions: messages ? 1 : 2, replicationFactor: 1 });
  await publish(stream, messages ?? numbered(6));
  const offsets = async () => (await lagOf(stream, space.group)).map(({ currentOffset }) => currentOffset);
  return { ...space, stream, offsets };
}

describe('offsets:reset', () => {
  it('to earliest has the frames classified again, and stored once', async () => {
    const { mvs, offsets, group } = await withMessages(await messagesOf('cat', 5));
    await mvs('consume', '--threads', '1', '--until-drained');
    expect(await offsets()).toEqual([6]);
    const { stdout, exitCode } = await mvs('offsets:reset', '--to', 'earliest', '--force');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ +0 +6 +0 +6 +6$/m);
    expect(stdout).toMatch(new RegExp(`^${group}: 6 messages to be read again$`, 'm'));
    expect(await offsets()).toEqual([0]);
    const again = await mvs('consume', '--threads', '1', '--until-drained');
    expect(again.stdout).toMatch(/^5 frames: 0 new, 5 already stored/);
    expect(jsonOf(await mvs('query', 'cat', '--json'))).toMatchObject({ stored: 5, complete: true });
  });

  it('changes nothing with --dry-run, nor where nobody can be asked', async () => {
    const { topic, group, mvs, offsets } = await withMessages();
    await mvs('offsets:reset', '--to', '2', '--force');
    const planned = await mvs('offsets:reset', '--to', 'latest', '--partition', '1', '--dry-run', '--json');
    const ends = { logStartOffset: 0, logEndOffset: 3 };
    expect(jsonOf(planned)).toEqual({
      ...{ server: sharedStack().brokers.join(), group, topic, dryRun: true },
      partitions: [{ partition: 1, currentOffset: 2, newOffset: 3, ...ends }],
    });
    const asked = await mvs('offsets:reset', '--to', 'latest');
    expect(asked.stdout).toMatch(/^PARTITION +CURRENT-OFFSET +NEW-OFFSET/);
    expect(asked.stderr).toMatch(/stdin is not a terminal\n.*--force/);
    expect(asked.exitCode).toBe(2);
    expect(await offsets()).toEqual([2, 2]);
    expect((await mvs('offsets:reset', '--to', '2')).stdout).toContain(`${group}: already there`);
  });

  it('refuses while a consumer is at work', async () => {
    const { group, stream, mvs, offsets } = await withMessages();
    await mvs('offsets:reset', '--to', '1', '--force');
    await joinGroup(stream, group);
    const { stdout, stderr, exitCode } = await mvs('offsets:reset', '--to', 'earliest', '--force');
    expect(stderr).toMatch(new RegExp(`^error: consumers of the group ${group} are running\n.*Stop them`));
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(await offsets()).toEqual([1, 1]);
    const planned = await mvs('offsets:reset', '--to', 'earliest', '--dry-run');
    expect(planned.stderr).toMatch(/^warn: consumers of the group .* are running; stop them/);
    expect(planned.exitCode).toBe(0);
  });

  it.each([
    [['--to', 'yesterday'], /"yesterday" is not a position in a topic/],
    [['--to', 'latest', '--partition', '7'], /has no partition 7\n.*0 to 1/],
    [[], /^error: Missing required flag --to\n/],
  ])('refuses %j', async (args, message) => {
    const { mvs, offsets } = await withMessages();
    const { stderr, exitCode } = await mvs('offsets:reset', ...args);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
    expect(await offsets()).toEqual([null, null]);
  });
});
