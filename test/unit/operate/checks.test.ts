import { describe, expect, it, vi } from 'vitest';
import { answerOf, failedBy, isWell, ok, openedWithin, warning } from '../../../src/core/base/check.js';
import { checkNode } from '../../../src/core/operate/doctor/machine.js';
import { groupChecks, lettersCheck } from '../../../src/core/operate/overview-stream.js';
import { renderChecks } from '../../../src/ui/checks.js';

const row = { topic: 't', partition: 0, logEndOffset: 9, consumerId: null, host: null, lagSeconds: 3 };
const lagOf = (currentOffset: number | null) => {
  const lag = 9 - (currentOffset ?? 0);
  return { group: 'g', total: lag, lagSeconds: 3, partitions: [{ ...row, currentOffset, lag }] };
};

describe('a check', () => {
  it('is told by a mark, and what to do is told below', () => {
    const checks = [ok('topic', 'is\nthere'), warning('group', 'is not', 'Start it: mvs consume')];
    const lines = renderChecks(checks, { columns: Infinity, colour: false }).split('\n');
    expect(lines).toEqual(['✓ topic  is there', '! group  is not', '         → Start it: mvs consume']);
  });

  it('fits into a narrow terminal, in whole words', () => {
    const checks = [warning('group', 'has committed nothing yet', 'Start a consumer: mvs consume')];
    const lines = renderChecks(checks, { columns: 24, colour: false }).split('\n');
    expect(lines).toEqual([
      '! group  has committed',
      '         nothing yet',
      '         → Start a',
      '           consumer: mvs',
      '           consume',
    ]);
  });

  it('shows no credentials, whatever a server says', () => {
    const error = new Error('mongodb://me:hunter22@db refuses');
    const shown = [failedBy('database', error, 'not mongodb://me:hunter22@db'), ok('x', 'http://u:pass1@h')];
    expect(JSON.stringify(shown)).not.toMatch(/hunter22|pass1/);
  });

  it('closes what opens when nobody waits for it any more', async () => {
    let open = (_opened: AsyncDisposable): void => undefined;
    const opening = new Promise<AsyncDisposable>((resolve) => (open = resolve));
    expect(await openedWithin(1, opening)).toHaveProperty('error');
    const close = vi.fn(() => Promise.resolve());
    open({ [Symbol.asyncDispose]: close });
    await vi.waitFor(() => {
      expect(close).toHaveBeenCalledOnce();
    });
  });

  it('that hangs is an answer too', async () => {
    const answer = await answerOf(20, new Promise(() => undefined));
    expect(answer).toEqual({ error: new Error('no answer within 0.02 s') });
  });
});

describe('a group', () => {
  it.each([
    ['that has committed nothing', lagOf(null), 0, 'mvs consume'],
    ['without members, with frames waiting', lagOf(4), 0, 'mvs consume'],
    ['without members, with nothing to do', lagOf(9), 0, undefined],
    ['at work', lagOf(4), 2, undefined],
  ])('%s', (_what, lag, members, next) => {
    const checks = groupChecks(lag, members);
    expect(isWell(checks)).toBe(true);
    const hints = checks.flatMap(({ hint }) => hint ?? []);
    if (next === undefined) expect(hints).toEqual([]);
    else expect(hints[0]).toContain(next);
  });
});

describe('a group on a stream that does not count', () => {
  const uncounted = (lagSeconds: number | null) => {
    const partition = { ...row, currentOffset: null, logEndOffset: null, lag: null, lagSeconds };
    return { group: 'g', total: null, lagSeconds, partitions: [partition] };
  };

  it.each([
    ['that has nothing to do', 0.3, 0, 'g, 0 members, none needed', 'no frames are waiting', undefined],
    ['at work', 12, 2, 'g, 2 members', 'the oldest frame has been waiting for 12 s', undefined],
    ['that nobody works for', 12, 0, 'g, 0 members', /waiting for 12 s, but no consumer/, /mvs consume/],
    ['of which nobody knows', null, null, /members unknown/, /not available on this stream/, undefined],
  ])('%s', (_what, lagSeconds, members, group, lag, next) => {
    const checks = groupChecks(uncounted(lagSeconds), members);
    expect(isWell(checks)).toBe(true);
    const matching = (text: string | RegExp) => expect.stringMatching(text) as string;
    expect(checks.map(({ detail }) => detail)).toEqual([matching(group), matching(lag)]);
    if (next === undefined) expect(checks.every(({ state }) => state === 'ok')).toBe(true);
    else expect(checks.map(({ hint }) => hint)).toEqual([matching(next), matching(next)]);
  });
});

it.each([
  [{ count: 0, exact: true }, 'ok', 'none'],
  [{ count: 3, exact: true }, 'warning', '3'],
  [{ count: 2000, exact: false }, 'warning', 'at most 2000'],
  // That nobody counts them is not that there are none.
  [null, 'ok', 'not counted on this stream; "mvs dlq:list" lists them'],
])('the dead letters %j are shown as %s', (count, state, detail) => {
  expect(lettersCheck(count)).toMatchObject({ state, detail });
});

it.each([
  ['18.20.0', 'failed'],
  ['20.9.0', 'failed'],
  ['20.19.0', 'ok'],
  ['24.1.0', 'ok'],
])('Node %s is %s', (version, state) => {
  expect(checkNode(version).state).toBe(state);
});
