import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../../src/flags/reset.js';
import { sourceFlags } from '../../../src/flags/sources.js';
import { parseRetention, topicSpecOf } from '../../../src/flags/topic-spec.js';

describe('--retention', () => {
  it.each([
    ['7d', 604_800_000],
    ['forever', Infinity],
    ['-1', Infinity],
  ])('%s', (text, ms) => {
    expect(parseRetention(text)).toBe(ms);
  });

  it.each(['0s', '-2', 'long', '7D'])('refuses %s', (text) => {
    expect(() => parseRetention(text)).toThrow(/is not a retention time/);
  });

  it('does not go with the setting of the same meaning, nor does one setting twice', () => {
    const flags = { partitions: 1, 'replication-factor': 1 };
    const retention = ['retention.ms', '1'] as const;
    expect(() => topicSpecOf({ ...flags, retention: 1, config: [retention] })).toThrow(/the same thing/);
    expect(() => topicSpecOf({ ...flags, config: [retention, retention] })).toThrow(/twice/);
  });
});

describe('offsets:reset --to', () => {
  const now = new Date('2026-03-04T12:00:00Z');
  it.each([
    ['earliest', 'earliest'],
    ['latest', 'latest'],
    ['0', { offset: 0n }],
    ['1200', { offset: 1200n }],
    ['2h', { time: new Date('2026-03-04T10:00:00Z') }],
    ['2026-03-04T08:30:00Z', { time: new Date('2026-03-04T08:30:00Z') }],
    ['2026-03-04T08:30+02:00', { time: new Date('2026-03-04T06:30:00Z') }],
    ['2026-03-01T08:30', { time: new Date(2026, 2, 1, 8, 30) }],
    ['2026-03-01', { time: new Date(2026, 2, 1) }],
  ])('%s', (text, target) => {
    expect(parseTarget(text, now)).toEqual(target);
  });

  it.each(['', '-5', 'first', '1e3', '2026-13-01', '2026-03-04 08:30', 'March 4, 2026'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseTarget(text, now)).toThrow(/is not a position in a topic/);
    },
  );

  it('refuses the future', () => {
    expect(() => parseTarget('2026-03-05T00:00:00Z', now)).toThrow(/is in the future/);
  });
});

describe('--max-duration', () => {
  const parse = (text: string): unknown =>
    sourceFlags['max-duration'].parse(text, undefined as never, undefined as never);

  it.each([
    ['1d', 86_400_000],
    ['1.5h', 5_400_000],
    ['90', 90_000],
    ['0.5', 500],
  ])('%s', async (text, ms) => {
    expect(await parse(text)).toBe(ms);
  });

  it.each(['0', '25d', '-1', 'long', '1 h'])('refuses %s', (text) => {
    expect(() => parse(text)).toThrow(/is not a time/);
  });
});
