import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMongo } from '../../src/core/store/mongo.js';
import { record } from '../contract/store/store.js';
import { openStream, publish } from '../support/fresh.js';
import { jsonOf, workspace } from '../support/mvs.js';
import { messagesOf } from '../support/pipeline.js';
import { badPicture, notAJpeg, poison } from '../support/poison.js';
import { sharedStack } from '../support/stack.js';

const clip = fileURLToPath(new URL('../../videos/cat.webm', import.meta.url));
const text = expect.any(String) as string;

/** Ten frames of "cat", one of them among the dead letters, and the totals of eleven. */
async function oneDeadOneMissing() {
  const { topic, mvs } = workspace();
  await mvs('topic:create', '--partitions', '1');
  const stream = await openStream(topic);
  const bad = notAJpeg();
  const messages = (await messagesOf('cat', 11)).filter((_, n) => n !== 3 && n !== 6);
  const fourth: [string, Uint8Array[]] = ['frame', [Buffer.from('4')]];
  const headers = new Map([...bad.headers, fourth]);
  await publish(stream, [...messages, { ...bad, headers }]);
  const consumed = await mvs('consume', '--threads', '1', '--until-drained');
  return { topic, mvs, consumed };
}

const tinyVersion = expect.stringMatching(/^tiny@[0-9a-f]{12}$/) as string;

describe('the account of a video', () => {
  it('is drawn up by query and verify: expected, stored, dead-lettered and missing', async () => {
    const { topic, mvs, consumed } = await oneDeadOneMissing();
    expect(consumed.stderr).toMatch(
      /^warn: topic-\w+ partition 0 offset 10 is moved to topic-\w+\.dlq: not a JPEG/,
    );
    expect(consumed.stdout).toContain(`1 message dead-lettered to ${topic}.dlq`);

    const account = { expected: 11, stored: 9, deadLettered: 1, missing: 1, complete: false };
    expect(jsonOf(await mvs('query', 'cat', '--json'))).toMatchObject(account);
    expect((await mvs('query', 'cat')).stdout).toMatch(
      /^cat: 9 of 11 frames stored, 1 dead-lettered, 1 missing, incomplete$/m,
    );

    const verified = await mvs('verify', 'cat', '--json');
    expect(jsonOf(verified)).toEqual({
      accepted: false,
      videos: [
        {
          ...{
            video: 'cat',
            modelVersion: tinyVersion,
            ...account,
            missingFrames: [{ from: 7, to: 7, count: 1 }],
          },
          ...{ unexpected: 0, surplus: 0, damaged: false },
        },
      ],
    });
    expect(verified.exitCode).toBe(65);
    const told = await mvs('verify', '--missing', '--allow-dead-letters');
    expect(told.stdout).toMatch(/^cat +11 +9 +1 +1 +incomplete$/m);
    expect(told.stdout).toMatch(/missing frames of cat:\n {2}7$/m);
    expect(told.stderr).toMatch(/^error: 1 of 1 video incomplete\n.*mvs lag.*dlq:list/);
    expect(told.exitCode).toBe(65);
  });

  it('is accepted with dead letters where they are allowed, and still not complete', async () => {
    const { env, mvs } = workspace();
    await using store = await openMongo(String(env.MVS_STORE));
    const sampling = { video: 'cat', fingerprint: 'ab'.repeat(32), sampling: 'every=1' };
    const totals = { source: 'cat', framesDecoded: 2, framesPublished: 2 };
    await store.claim(sampling);
    await store.save([record('cat', 1)]);
    const origin = { topic: 'frames', partition: 0, offset: '1' };
    await store.noteDeadLetters([{ video: 'cat', frame: 2, reason: 'bad', origin, at: new Date() }]);
    await store.finish({ ...sampling, ...totals, width: 1, height: 1, fps: 5, damaged: false });
    const strict = await mvs('verify', '--json');
    expect(jsonOf(strict)).toMatchObject({ accepted: false, videos: [{ complete: false }] });
    const lenient = await mvs('verify', '--allow-dead-letters', '--json');
    expect(jsonOf(lenient)).toMatchObject({ accepted: true, videos: [{ complete: false }] });
    expect([strict.exitCode, lenient.exitCode]).toEqual([65, 0]);
  });

  it('is good for a clip that came through: verify exits with 0', async () => {
    const { mvs } = workspace();
    await mvs('topic:create', '--partitions', '2');
    await mvs('produce', clip, '--every', '10');
    await mvs('consume', '--threads', '1', '--until-drained');
    const verified = await mvs('verify');
    expect(verified.stdout).toMatch(/^cat +10 +10 +0 +0 +complete$/m);
    expect(verified).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('cannot be had of a video that nobody knows, or where there is none', async () => {
    const { mvs } = workspace();
    for (const args of [['verify'], ['verify', 'dog']]) {
      const { exitCode, stderr } = await mvs(...args);
      expect(exitCode).toBe(66);
      expect(stderr).toMatch(/^error: (no video is stored yet|no frames of a video named "dog")/);
    }
  });
});

describe('dlq', () => {
  it('lists and replays, and says when there is nothing', async () => {
    const { topic, mvs } = workspace();
    await mvs('topic:create', '--partitions', '1');
    expect((await mvs('dlq:list')).stdout).toBe(`no dead letters in ${topic}.dlq`);
    expect(jsonOf(await mvs('dlq:replay', '--json'))).toEqual({ topic, replayed: 0 });

    await publish(await openStream(topic), Object.values(await poison()).slice(-6));
    await mvs('consume', '--threads', '1', '--until-drained');
    const { deadLetters } = jsonOf(await mvs('dlq:list', '--json')) as { deadLetters: unknown[] };
    expect(deadLetters).toHaveLength(6);
    expect(deadLetters[0]).toEqual({
      id: `${topic}/0/0`,
      at: { topic: `${topic}.dlq`, partition: 0, offset: '0' },
      deadLetteredAt: text,
      origin: { topic, partition: 0, offset: '0' },
      reason: expect.stringContaining('not a JPEG') as string,
      frame: { video: 'cat', frame: badPicture },
      bytes: 18,
      group: text,
      replayed: false,
      discarded: false,
    });
    const listed = await mvs('dlq:list', '--limit', '3');
    expect(listed.stdout).toMatch(new RegExp(`${topic}/0/0 +cat +${badPicture} +18 B +open +not a JPEG`));
    expect(listed.stdout).toContain(`the first 3 dead letters of ${topic}.dlq`);

    expect((await mvs('dlq:replay')).stdout).toBe(`6 messages of ${topic}.dlq sent to ${topic} again`);
    expect(jsonOf(await mvs('dlq:list', '--open', '--json'))).toMatchObject({ deadLetters: [], more: false });
    await mvs('consume', '--threads', '1', '--until-drained');
    expect(jsonOf(await mvs('dlq:list', '--open', '--json'))).toMatchObject({ deadLetters: { length: 6 } });
  });
});

describe('dlq:show and dlq:discard', () => {
  it('show one letter with its payload, and give it up: it stays dead-lettered, and status is green', async () => {
    const { topic, mvs } = await oneDeadOneMissing();
    const id = `${topic}/0/10`;
    const out = join(mkdtempSync(join(tmpdir(), 'mvs-letter-')), 'frame.jpg');
    onTestFinished(() => {
      rmSync(dirname(out), { recursive: true });
    });
    const shown = await mvs('dlq:show', id, '--out', out);
    expect(shown.stdout).toMatch(/^reason +not a JPEG/m);
    expect(shown.stdout).toMatch(new RegExp(`^message +${topic}\\.dlq/0/0$`, 'm'));
    expect(shown.stdout).toMatch(/^header +frame: 4$/m);
    expect(readFileSync(out)).toEqual(Buffer.from(notAJpeg().value ?? []));
    expect(await mvs('dlq:show', `${topic}/0/99`)).toMatchObject({ exitCode: 2 });

    expect(await mvs('dlq:discard')).toMatchObject({ exitCode: 2 });
    const asks = await mvs('dlq:discard', '--video', 'cat');
    expect(asks).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--yes') as string });
    const none = jsonOf(await mvs('dlq:discard', '--reason', 'no such reason', '--yes', '--json'));
    expect(none).toMatchObject({ discarded: 0 });
    const discarded = jsonOf(await mvs('dlq:discard', id, '--yes', '--json'));
    expect(discarded).toEqual({
      server: sharedStack().brokers.join(','),
      topic: `${topic}.dlq`,
      discarded: 1,
    });
    expect((await mvs('dlq:list')).stdout).toMatch(new RegExp(`${id} +cat +4 .* discarded +not a JPEG`));
    expect((await mvs('dlq:replay')).stdout).toMatch(/^0 messages/);
    const { checks } = jsonOf(await mvs('status', '--json')) as { checks: unknown[] };
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'dead letters', state: 'ok', detail: 'none' }),
    );
    const verified = jsonOf(await mvs('verify', 'cat', '--json'));
    expect(verified).toMatchObject({ accepted: false, videos: [{ stored: 9, deadLettered: 1 }] });
  });
});

describe('consume --on-bad-frame stop', () => {
  it('exits with 65 and says where', async () => {
    const { topic, mvs } = workspace();
    await mvs('topic:create', '--partitions', '1');
    await publish(await openStream(topic), Object.values(await poison()).slice(-1));
    const { exitCode, stderr } = await mvs('consume', '--threads', '1', '--on-bad-frame', 'stop');
    expect(stderr).toMatch(
      /^error: topic-\w+ partition 0 offset 0: the picture cannot be decoded: .*\n.*--on-bad-frame/,
    );
    expect(exitCode).toBe(65);
  });
});
