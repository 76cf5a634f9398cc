import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../src/core/base/duration.js';
import { parseTarget } from '../../../src/flags/reset.js';
import { parseRetention, topicSpecOf } from '../../../src/flags/topic-spec.js';
import { renderSurvey, renderVideosSurvey } from '../../../src/ui/deletions.js';
import { summariseReset } from '../../../src/ui/resets.js';

describe('a duration', () => {
  it.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['7', undefined],
    ['1.5h', 5_400_000],
    ['.5h', undefined],
    ['-1h', undefined],
    ['7 d', undefined],
    ['', undefined],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});

describe('--retention', () => {
  it.each([
    ['7d', 604_800_000],
    ['forever', Infinity],
    ['-1', Infinity],
  ])('%s', (text, ms) => {
    expect(parseRetention(text)).toBe(ms);
  });

  it.each(['0s', '-2', 'long', '7D'])('refuses %s', (text) => {
    expect(() => parseRetention(text)).toThrow(/no time to keep messages/);
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
      expect(() => parseTarget(text, now)).toThrow(/is no place in a topic/);
    },
  );

  it('refuses the future', () => {
    expect(() => parseTarget('2026-03-05T00:00:00Z', now)).toThrow(/is in the future/);
  });
});

describe('a reset in words', () => {
  const at = (currentOffset: number | null, newOffset: number) => ({
    ...{ partition: 0, currentOffset, newOffset, logStartOffset: 10, logEndOffset: 50 },
  });
  it.each([
    [[at(50, 10)], '40 messages to be read again'],
    [[at(20, 21)], '1 message skipped'],
    [[at(20, 30), at(30, 25)], '5 messages to be read again, 10 messages skipped'],
    [[at(null, 50)], '40 messages skipped, a first offset on 1 partition'],
    [[at(3, 20)], '10 messages skipped'],
    [[at(20, 20)], 'already there'],
  ])('%j', (partitions, text) => {
    expect(summariseReset(partitions)).toBe(text);
  });
});

describe('the question before something is deleted', () => {
  const deadLetters = { topic: 'a.dlq', messages: 2 };
  it.each([
    [{ deadLetters: undefined, readers: [] }, false, 'Delete a with 1 message?'],
    [{ deadLetters, readers: [] }, false, 'Delete a with 1 message? The 2 dead letters in a.dlq are kept.'],
    [{ deadLetters, readers: [] }, true, 'Delete a with 1 message, and 2 dead letters in a.dlq?'],
    [
      { deadLetters: undefined, readers: ['g'] },
      false,
      'Delete a with 1 message? Consumers of g are reading it now.',
    ],
    [
      { deadLetters: undefined, readers: ['g\u001b[2J'] },
      false,
      'Delete a with 1 message? Consumers of g [2J are reading it now.',
    ],
  ])('%j', (survey, withDeadLetters, text) => {
    expect(renderSurvey({ topic: 'a', messages: 1, ...survey }, withDeadLetters)).toBe(text);
  });

  it('names the first ten videos', () => {
    const videos = Array.from({ length: 12 }, (_, n) => ({ video: `v ${n}`, records: 1 }));
    expect(renderVideosSurvey(videos)).toMatch(
      /^Delete 12 records of 12 videos: "v 0" \(1\), .*"v 9" \(1\) and 2 more\?$/,
    );
  });
});
