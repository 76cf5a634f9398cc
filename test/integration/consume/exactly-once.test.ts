import { describe, expect, it } from 'vitest';
import { MvsError } from '../../../src/core/base/errors.js';
import type { RecordStore } from '../../../src/core/store/port.js';
import { withChanges } from '../../support/broken.js';
import { lagOf, publish } from '../../support/fresh.js';
import {
  drain,
  frameNumbers,
  freshPorts,
  messagesOf,
  options,
  storedFrames,
} from '../../support/pipeline.js';

describe('a frame', () => {
  it('is stored once though it was published twice', async () => {
    const ports = await freshPorts();
    const messages = await messagesOf('cat', 30);
    await publish(ports.stream, [...messages, ...messages]);
    const totals = await drain(ports);
    expect(totals).toMatchObject({ frames: 60, stored: 30, duplicates: 30, deadLettered: 0 });
    expect(await storedFrames(ports, 'cat')).toEqual(frameNumbers(30));
  });

  it('is stored once though its batch is delivered twice, to two groups', async () => {
    const ports = await freshPorts();
    await publish(ports.stream, await messagesOf('cat', 20));
    expect(await drain(ports)).toMatchObject({ stored: 20, duplicates: 0 });
    expect(await drain(ports)).toMatchObject({ stored: 0, duplicates: 20 });
    expect(await storedFrames(ports, 'cat')).toEqual(frameNumbers(20));
  });

  it('is not settled before it is stored: a group that could not store finds it again', async () => {
    const ports = await freshPorts({ partitions: 1 });
    await publish(ports.stream, await messagesOf('cat', 20));
    const settings = options();
    const broken = failing(ports.store, () => new MvsError('BUG', 'the insert was refused'));
    await expect(drain({ ...ports, store: broken }, settings)).rejects.toThrow('the insert was refused');
    expect(await ports.stream.lag(settings.group)).toMatchObject({ partitions: [{ lag: 21 }] });

    expect(await drain(ports, settings)).toMatchObject({ stored: 20 });
    expect(await ports.stream.lag(settings.group)).toMatchObject({ partitions: [{ lag: 0 }] });
  });

  it('waits for a database that is away, and nothing is settled meanwhile', async () => {
    const ports = await freshPorts({ partitions: 1 });
    await publish(ports.stream, await messagesOf('cat', 20));
    const settings = options({ batchSize: 32 });
    const lagMeanwhile: number[] = [];
    const away = failing(ports.store, async (attempt) => {
      const [row] = await lagOf(ports.stream, settings.group);
      lagMeanwhile.push(row?.lag ?? -1);
      return attempt < 3 ? new MvsError('STORE_UNAVAILABLE', 'away', { retriable: true }) : undefined;
    });
    expect(await drain({ ...ports, store: away }, settings)).toMatchObject({ stored: 20, duplicates: 0 });
    expect(lagMeanwhile).toEqual([21, 21, 21]);
  });
});

/** The real store, whose `save` fails as told. */
function failing(
  store: RecordStore,
  failure: (attempt: number) => Error | undefined | Promise<Error | undefined>,
): RecordStore {
  let attempt = 0;
  return withChanges(store, {
    save: async (records) => {
      const error = await failure(++attempt);
      if (error) throw error;
      return store.save(records);
    },
  });
}
