import { expect, it } from 'vitest';
import { MvsError } from '../../../src/core/base/errors.js';
import { withLargestMessages } from '../../../src/core/stream/kafka/dead-letter-topic.js';

/** A service that lets messages have so many bytes. */
function service(limit: number) {
  const asked: number[] = [];
  const create = (bytes: number): Promise<void> => {
    asked.push(bytes);
    return bytes <= limit ? Promise.resolve() : Promise.reject(new MvsError('USAGE', 'Kafka refuses'));
  };
  return { asked, create };
}

const mebibyte = 1 << 20;

it.each([
  [16, [16]],
  [8, [16, 8]],
])('dead letters may be as large as a service with %i MiB allows', async (limit, sizes) => {
  const { asked, create } = service(limit * mebibyte);
  await withLargestMessages(create);
  expect(asked).toEqual(sizes.map((size) => size * mebibyte));
});

it('says why a topic of dead letters cannot be made at all', async () => {
  await expect(withLargestMessages(service(mebibyte).create)).rejects.toMatchObject({ code: 'USAGE' });
  const away = new MvsError('BROKER_UNAVAILABLE', 'away', { retriable: true });
  await expect(withLargestMessages(() => Promise.reject(away))).rejects.toBe(away);
});
