import sharp from 'sharp';
import { expect, it } from 'vitest';
import { encodeFrame } from '../../src/core/codec.js';
import type { OutgoingMessage } from '../../src/core/stream/port.js';
import { freshName, joinGroup, openStream, publish, take } from '../support/fresh.js';
import {
  drain,
  fingerprint,
  frameNumbers,
  freshPorts,
  messagesOf,
  picture,
  storedFrames,
} from '../support/pipeline.js';

async function poison(): Promise<Record<string, OutgoingMessage>> {
  const jpeg = await picture();
  const frame = { video: 'cat', frame: 1000, time: 0, jpeg, fingerprint, every: 1 };
  const good = encodeFrame(frame, 'frame');
  const bomb = await sharp({ create: { width: 16_000, height: 16_000, channels: 3, background: '#000' } })
    .jpeg()
    .toBuffer();
  return {
    'no headers': { ...good, headers: {} },
    'not a JPEG': { ...good, value: Buffer.from('this is no picture') },
    'a truncated JPEG': { ...good, value: jpeg.subarray(0, jpeg.length / 2) },
    'a decompression bomb': { ...good, value: bomb },
    'an empty value': { ...good, value: Buffer.alloc(0) },
    'a frame number that is none': { ...good, headers: { ...good.headers, frame: 'NaN' } },
    'an unknown schema': { ...good, headers: { ...good.headers, schema_version: '7' } },
    'other content under the same name': encodeFrame({ ...frame, fingerprint: 'cd'.repeat(32) }, 'frame'),
  };
}

it('poison messages go to the dead letters, each with its reason, and do not stop the rest', async () => {
  const ports = await freshPorts({ partitions: 2 });
  const messages = await messagesOf('cat', 16);
  const bad = Object.values(await poison());
  await publish(ports.stream, messages.slice(0, 8));
  await publish(ports.stream, bad);
  await publish(ports.stream, messages.slice(8));

  const totals = await drain(ports);
  expect(totals).toMatchObject({ stored: 16, duplicates: 0, deadLettered: bad.length });
  expect(await storedFrames(ports, 'cat')).toEqual(frameNumbers(16));

  const letters = await openStream(`${ports.stream.topic}.dlq`);
  const { deliveries } = await joinGroup(letters, freshName('group'));
  const taken = await take(deliveries[Symbol.asyncIterator](), bad.length);
  const reasons = taken.map(({ message }) => message.headers.dlq_error).sort();
  expect(reasons.every((reason) => reason !== undefined && reason.length > 10)).toBe(true);
  const values = taken.map(({ message }) => Buffer.from(message.value).toString('base64')).sort();
  expect(values).toEqual(bad.map(({ value }) => Buffer.from(value).toString('base64')).sort());
});
