import { describe, expect, it } from 'vitest';
import { renderSurvey, renderVideosSurvey } from '../../../src/ui/deletions.js';
import { summariseReset } from '../../../src/ui/resets.js';

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
    [{ deadLetters: undefined, readers: [] }, false, 'Delete a at h:1 with 1 message?'],
    [
      { deadLetters, readers: [] },
      false,
      'Delete a at h:1 with 1 message? The 2 dead letters in a.dlq are kept.',
    ],
    [{ deadLetters, readers: [] }, true, 'Delete a at h:1 with 1 message, and 2 dead letters in a.dlq?'],
    [
      { deadLetters: undefined, readers: ['g'] },
      false,
      'Delete a at h:1 with 1 message? Consumers of g are reading it now.',
    ],
    [
      { deadLetters: undefined, readers: ['g\u001b[2J'] },
      false,
      'Delete a at h:1 with 1 message? Consumers of g [2J are reading it now.',
    ],
  ])('%j', (survey, withDeadLetters, text) => {
    expect(renderSurvey({ topic: 'a', messages: 1, ...survey }, withDeadLetters, 'h:1')).toBe(text);
  });

  it('names the first ten videos', () => {
    const videos = Array.from({ length: 12 }, (_, n) => ({ video: `v ${n}`, records: 1 }));
    expect(renderVideosSurvey(videos, { server: 'h:2', database: 'records' })).toMatch(
      /^Delete 12 records of 12 videos: "v 0" \(1\), .*"v 9" \(1\) and 2 more, from the database records at h:2\?$/,
    );
  });
});
