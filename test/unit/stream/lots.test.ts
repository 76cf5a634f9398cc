import { describe, expect, it } from 'vitest';
import { toLots } from '../../../src/core/stream/kafka/lots.js';
import type { OutgoingMessage } from '../../../src/core/stream/port.js';

const message = (n: number, key?: string): OutgoingMessage => ({
  key: Buffer.from(key ?? String(n)),
  value: Buffer.from(String(n)),
  headers: new Map(),
  ordered: key !== undefined,
});
const many = (count: number) => Array.from({ length: count }, (_, n) => message(n));
const numbersIn = (messages: readonly OutgoingMessage[]) =>
  messages.map(({ value }) => Number(Buffer.from(value ?? []).toString()));

function lotsOf(messages: readonly OutgoingMessage[], partitions: number) {
  let turn = 0;
  return toLots(messages, partitions, () => turn++ % partitions);
}

describe('what is published at once', () => {
  it.each([
    [30, 3, [10, 10, 10]],
    [64, 6, [11, 11, 11, 11, 11, 9]],
    [5, 3, [2, 2, 1]],
    [64, 100, Array<number>(8).fill(8)],
    [1, 5, [1]],
    [0, 5, []],
  ])('of %d messages for %d partitions goes in lots of %j', (count, partitions, sizes) => {
    const lots = lotsOf(many(count), partitions);
    expect(lots.map(({ messages }) => messages.length)).toEqual(sizes);
    expect(new Set(lots.map(({ partition }) => partition)).size).toBe(lots.length);
    expect(lots.flatMap(({ messages }) => numbersIn(messages))).toEqual(numbersIn(many(count)));
  });

  it('keeps a key in one partition, and every partition in the order in which messages came', () => {
    const mixed = Array.from({ length: 40 }, (_, n) => message(n, n % 2 === 0 ? 'a video' : undefined));
    const lots = lotsOf(mixed, 3);
    const withKey = lots.filter(({ messages }) => messages.some(({ ordered }) => ordered));
    expect(withKey).toHaveLength(1);
    for (const { messages } of lots) {
      const numbers = numbersIn(messages);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
    expect(lots.flatMap(({ messages }) => numbersIn(messages)).sort((a, b) => a - b)).toEqual(
      numbersIn(mixed),
    );
  });
});
