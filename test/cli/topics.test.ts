import { describe, expect, it } from 'vitest';
import { freshName, openStream, publish, numbered } from '../support/fresh.js';
import { jsonOf, workspace } from '../support/mvs.js';
import { sharedStack } from '../support/stack.js';

/** A topic with three messages, and one dead letter of it. */
async function withDeadLetter() {
  const space = workspace();
  const stream = await openStream(space.topic);
  await stream.createTopic({ partitions: 2, replicationFactor: 1 });
  await publish(stream, numbered(3));
  const origin = { topic: space.topic, partition: 0, offset: '0' };
  const message = { key: null, value: Buffer.from('x'), headers: new Map() };
  await stream.deadLetter([{ message, origin, reason: 'not a JPEG' }]);
  return { ...space, letters: stream.deadLetterTopic };
}

describe('topic:create', () => {
  it('takes the name as an argument or a flag, with a retention and other settings', async () => {
    const { mvs } = workspace();
    const name = freshName('topic');
    const created = await mvs('topic:create', name, '--retention', '7d', '--config', 'segment.ms=60000');
    expect(created).toMatchObject({ exitCode: 0, stdout: `created topic ${name} with 3 partitions` });
    expect(jsonOf(await mvs('topic:describe', '--topic', name, '--json'))).toMatchObject({
      topic: name,
      settings: expect.arrayContaining([
        { name: 'retention.ms', value: '604800000' },
        { name: 'segment.ms', value: '60000' },
      ]) as unknown,
    });
  });

  it('says what is wrong with a setting, and creates nothing', async () => {
    const { topic, mvs } = workspace();
    const { stderr, exitCode } = await mvs('topic:create', '--config', 'colour=red');
    expect(stderr).toMatch(/^error: Kafka refuses to create topic-\w+: Unknown topic config name: colour\n/);
    expect(exitCode).toBe(2);
    expect((await mvs('topic:create', '--topic', topic)).exitCode).toBe(0);
  });

  it.each([
    [['--config', 'colour'], /"colour" is not NAME=VALUE/],
    [['--retention', 'long'], /"long" is not a retention time/],
    [['--retention', '1d', '--config', 'retention.ms=1'], /set the same thing/],
  ])('refuses %j', async (args, message) => {
    const { mvs } = workspace();
    const { stderr, exitCode } = await mvs('topic:create', ...args);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });
});

it.each([
  ['topic:describe', (wrong: string) => [wrong]],
  ['topic:delete', (wrong: string) => [wrong, '--force']],
  ['lag', (wrong: string) => ['--topic', wrong]],
  ['consume', (wrong: string) => ['--topic', wrong, '--until-drained']],
  ['produce', (wrong: string) => ['videos/cat.webm', '--topic', wrong]],
])('%s suggests the topic that was probably meant', async (command, args) => {
  const { topic, mvs } = await withDeadLetter();
  const wrong = topic.replace('topic', 'topci');
  const { exitCode, stderr } = await mvs(command, ...args(wrong));
  expect([exitCode, stderr]).toEqual([69, expect.stringContaining(`the topic ${wrong} does not exist\n`)]);
  // Not its dead letters, whose name is similar too.
  expect(stderr).toMatch(
    new RegExp(`^  Did you mean "${topic}"(?: or "topic-\\w+")*\\? Create it with `, 'm'),
  );
});

describe('topic:list', () => {
  it("counts messages, and hides the brokers' own topics", async () => {
    const { topic, letters, mvs } = await withDeadLetter();
    const { stdout } = await mvs('topic:list');
    expect(stdout).toMatch(/^TOPIC +PARTITIONS +REPLICATION +MESSAGES$/m);
    expect(stdout).toMatch(new RegExp(`^${topic} +2 +1 +3$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${letters} +1 +1 +1$`, 'm'));
    expect(stdout).not.toMatch(/^__/m);
    expect(jsonOf(await mvs('topic:list', '--all', '--json'))).toMatchObject({
      topics: expect.arrayContaining([
        { topic, partitions: 2, replicationFactor: 1, messages: 3, internal: false },
      ]) as unknown,
    });
  });
});

describe('topic:describe', () => {
  it('shows partitions, configuration and groups, also as "mvs topic describe"', async () => {
    const { topic, group, mvs } = await withDeadLetter();
    await mvs('offsets:reset', '--to', 'latest', '--force');
    const { stdout } = await mvs('topic', 'describe', topic);
    expect(stdout).toMatch(new RegExp(`^${topic}: 3 messages in 2 partitions, replication factor 1\n`));
    expect(stdout).toMatch(/^ +0 +1 +1 +1 +0 +[12]$/m);
    expect(stdout).toMatch(/^max\.message\.bytes +8388608$/m);
    expect(stdout).toMatch(new RegExp(`^${group} +Empty +0$`, 'm'));
  });
});

describe('topic:delete', () => {
  it('asks, and so refuses without a terminal; --force deletes, and names the dead letters that stay', async () => {
    const { topic, letters, mvs } = await withDeadLetter();
    const asked = await mvs('topic:delete', topic);
    expect(asked).toMatchObject({ exitCode: 2, stdout: '' });
    expect(asked.stderr).toMatch(/stdin is not a terminal\n.*--force/);
    expect((await mvs('topic:describe')).exitCode).toBe(0);

    const { stdout, exitCode } = await mvs('topic:delete', topic, '--force');
    expect(stdout).toBe(
      `deleted topic ${topic} with 3 messages\nkept ${letters} with 1 dead letter; delete it with "mvs topic:delete ${letters}"`,
    );
    expect(exitCode).toBe(0);
    const gone = await mvs('topic:delete', topic, '--force', '--json');
    expect(jsonOf(gone)).toMatchObject({ error: { code: 'TOPIC_MISSING' } });
    expect(gone.exitCode).toBe(69);
    expect((await mvs('topic:describe', letters)).exitCode).toBe(0);
  });

  it('deletes the dead letters too, with --with-dlq', async () => {
    const { topic, letters, mvs } = await withDeadLetter();
    const deleted = await mvs('topic:delete', topic, '--with-dlq', '--force', '--json');
    expect(jsonOf(deleted)).toEqual({
      server: sharedStack().brokers.join(),
      deleted: [
        { topic, messages: 3 },
        { topic: letters, messages: 1 },
      ],
    });
    expect((await mvs('topic:describe', letters)).exitCode).toBe(69);
  });

  it("leaves the brokers' own topics alone", async () => {
    const { mvs } = await withDeadLetter();
    await mvs('offsets:reset', '--to', 'latest', '--force');
    const { stderr, exitCode } = await mvs('topic:delete', '__consumer_offsets', '--force');
    expect(stderr).toMatch(/is an internal topic of Kafka/);
    expect(exitCode).toBe(2);
  });
});
