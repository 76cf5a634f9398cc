import { expect, test, vi } from 'vitest';
import { MvsError } from '../../../src/core/base/errors.js';
import { silentLog, type Log } from '../../../src/core/base/log.js';
import { Postponed } from '../../../src/core/produce/postponed.js';
import type { FailedVideo, PublishedVideo } from '../../../src/core/produce/outcome.js';
import type { FileSource } from '../../../src/core/source/source.js';

const missing = new MvsError('TOPIC_MISSING', 'the topic t does not exist', { hint: 'Create it.' });
const unavailable = new MvsError('BROKER_UNAVAILABLE', 'no broker answers', { retriable: true });
const published: PublishedVideo = {
  ...{ video: 'c', source: 'c.mp4', fingerprint: 'ab', framesDecoded: 1, framesPublished: 1 },
  ...{ bytes: 1, seconds: 1, damaged: false },
};

function fileOf(name: string): FileSource {
  return { kind: 'file', video: name, input: `${name}.mp4`, pathName: name };
}

/** A stream that answers with this, and the files that it did not take. */
function postponing(answer: () => Promise<number> = () => Promise.reject(missing)) {
  const warn = vi.fn<Log['warn']>();
  const partitions = vi.fn(answer);
  const postponed = new Postponed({ partitions }, { ...silentLog, warn });
  const fail = (name: string, error = missing): number | undefined =>
    postponed.add(fileOf(name), { source: `${name}.mp4`, error });
  return { postponed, warn, partitions, fail };
}

test('delays grow for each file from 1 s to 30 s', () => {
  const { fail } = postponing();
  const delays = Array.from({ length: 7 }, () => fail('a'));
  expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  expect(fail('b')).toBe(1000);
  expect(fail('c', new MvsError('TOPIC_RECREATED', 'made anew'))).toBe(1000);
});

test('an outage is warned of once, however many files and attempts there are, and the next one again', () => {
  const { postponed, warn, fail } = postponing();
  for (const name of ['a', 'b', 'a', 'b']) fail(name);
  expect(warn.mock.calls.map(([message]) => message)).toEqual([
    'the topic t does not exist; files are retried until it works. Create it.',
  ]);
  fail('a', unavailable);
  expect(warn).toHaveBeenCalledTimes(2);
  postponed.add(fileOf('c'), published);
  fail('a');
  expect(warn).toHaveBeenCalledTimes(3);
});

test('files that are still waiting are told with the reason, each once, and not those that ended', () => {
  const { postponed, fail } = postponing();
  for (const name of ['a', 'b', 'c', 'd', 'a']) fail(name);
  postponed.add(fileOf('c'), published);
  const bad: FailedVideo = { source: 'd.mp4', error: new MvsError('NOT_A_VIDEO', 'd is not a video') };
  expect(postponed.add(fileOf('d'), bad)).toBeUndefined();
  expect(
    postponed.files.map(({ outcome: { source, error } }) => [source, error.code, error.message]),
  ).toEqual([
    ['a.mp4', 'TOPIC_MISSING', '"a.mp4" is not published: the topic t does not exist'],
    ['b.mp4', 'TOPIC_MISSING', '"b.mp4" is not published: the topic t does not exist'],
  ]);
});

test('no file is read while the stream is known to take none; it is asked once for all of them', async () => {
  const { postponed, partitions, fail } = postponing();
  expect(await postponed.failureOf(fileOf('a'))).toBeUndefined();
  fail('a');
  const failures = await Promise.all(['a', 'b', 'c'].map((name) => postponed.failureOf(fileOf(name))));
  expect(failures.map((failure) => failure?.error)).toEqual([missing, missing, missing]);
  expect(partitions).toHaveBeenCalledTimes(1);
});

test('a failure for good that the stream gives is left to the attempt', async () => {
  const { postponed, fail } = postponing(() => Promise.reject(new MvsError('CONFIG', 'not allowed')));
  fail('a');
  expect(await postponed.failureOf(fileOf('a'))).toBeUndefined();
});
