import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backoffMsOf } from '../../../src/core/stream/pubsub/foreign-settings.js';
import { Quiet, quietMsAfter } from '../../../src/core/stream/pubsub/quiet.js';

const deadlineMs = 10_000;
/** Two deadlines, and five seconds. */
const quietMs = 25_000;

describe('a subscription', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  const after = (ms: number): void => void vi.advanceTimersByTime(ms);
  const joined = (size = 0): { quiet: Quiet; member: { size: number }; start: number } => {
    const [quiet, member] = [new Quiet(), { size }];
    quiet.join(member, quietMsAfter(deadlineMs));
    return { quiet, member, start: performance.now() };
  };
  /** An empty answer now, and one after so long. */
  const emptyFor = (quiet: Quiet, ms: number): void => {
    quiet.empty();
    after(ms);
    quiet.empty();
  };

  it('is drained when answers have been empty for twice its deadline and a margin, and not earlier', () => {
    const { quiet, start } = joined();
    emptyFor(quiet, quietMs - 1);
    expect(quiet.isOver(start)).toBe(false);
    after(1);
    // Time that has passed without an answer says nothing.
    expect(quiet.isOver(start)).toBe(false);
    quiet.empty();
    expect(quiet.isOver(start)).toBe(true);
  });

  it('is not drained where nobody has asked, or nobody has joined', () => {
    const { quiet, start } = joined();
    after(10 * quietMs);
    expect(quiet.isOver(start)).toBe(false);
    const alone = new Quiet();
    emptyFor(alone, 10 * quietMs);
    expect(alone.isOver(start)).toBe(false);
  });

  it('counts from the moment that is asked for', () => {
    const { quiet } = joined();
    emptyFor(quiet, 10 * quietMs);
    const end = performance.now();
    expect(quiet.isOver(end)).toBe(false);
    emptyFor(quiet, quietMs);
    expect(quiet.isOver(end)).toBe(true);
  });

  it('begins anew when messages come, or no answer does', () => {
    const { quiet, start } = joined();
    emptyFor(quiet, quietMs - 1);
    quiet.broken();
    emptyFor(quiet, quietMs - 1);
    expect(quiet.isOver(start)).toBe(false);
    after(1);
    quiet.empty();
    expect(quiet.isOver(start)).toBe(true);
  });

  it('is not drained while any member holds a message', () => {
    const { quiet, member, start } = joined();
    quiet.join({ size: 0 }, quietMsAfter(deadlineMs));
    emptyFor(quiet, quietMs);
    member.size = 1;
    expect(quiet.isOver(start)).toBe(false);
    member.size = 0;
    expect(quiet.isOver(start)).toBe(true);
  });

  it('begins anew when a member leaves, which has given back what it held', () => {
    const { quiet, member, start } = joined(1);
    emptyFor(quiet, quietMs);
    quiet.leave(member);
    expect(quiet.isOver(start)).toBe(false);
    emptyFor(quiet, quietMs);
    expect(quiet.isOver(start)).toBe(true);
  });

  it('waits for the longest deadline of all who ever joined', () => {
    const { quiet, start } = joined();
    const patient = { size: 0 };
    quiet.join(patient, quietMsAfter(60_000));
    quiet.leave(patient);
    emptyFor(quiet, 124_999);
    expect(quiet.isOver(start)).toBe(false);
    after(1);
    quiet.empty();
    expect(quiet.isOver(start)).toBe(true);
  });

  it.each([
    [undefined, 0],
    [null, 0],
    [{ maximumBackoff: { seconds: 40 } }, 40_000],
    [{ maximumBackoff: { seconds: '40' } }, 40_000],
    [{ minimumBackoff: { seconds: 10 } }, 600_000],
  ])('with the retry policy %j holds back what comes again for %i ms', (retryPolicy, ms) => {
    expect(backoffMsOf(retryPolicy === undefined ? {} : { retryPolicy })).toBe(ms);
  });
});
