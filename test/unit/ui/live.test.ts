import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { renderLines, renderTotal } from '../../../src/ui/live/lines.js';
import { MvsError } from '../../../src/core/base/errors.js';
import type { PublishedVideo } from '../../../src/core/produce/outcome.js';
import { RateMeter } from '../../../src/core/base/rate-meter.js';
import { Tally } from '../../../src/ui/live/tally.js';
import { countBegun } from '../../../src/ui/produced.js';

/** A tally with a clock that is set by hand, in milliseconds. */
function tallyAt(videos?: number): { tally: Tally; clock: { now: number } } {
  const clock = { now: 0 };
  return { tally: new Tally('published', videos, () => clock.now), clock };
}

describe('a rate', () => {
  it('is that of the last ten seconds', () => {
    const meter = new RateMeter(0);
    for (let now = 500; now <= 20_000; now += 500) meter.add(now <= 10_000 ? 50 : 5, now);
    expect(meter.perSecond(20_000)).toBeCloseTo(10, 0);
  });

  it('falls to nothing when nothing comes any more', () => {
    const meter = new RateMeter(0);
    for (let now = 500; now <= 5000; now += 500) meter.add(50, now);
    expect(meter.perSecond(5000)).toBeCloseTo(100, 0);
    expect(meter.perSecond(60_000)).toBe(0);
  });
});

describe('live lines', () => {
  it('say of each video in work how far it is and how long it will take', () => {
    const { tally, clock } = tallyAt(2);
    tally.expect('cat', 400);
    tally.expect('dog', null);
    clock.now = 5000;
    tally.add('cat', 100, 1 << 20);
    tally.add('dog', 50);
    expect(renderLines(tally, { columns: 120, rows: 24 })).toEqual([
      'cat  █████░░░░░░░░░░░░░░░      100/400    20.0 frames/s    1.0 MiB  0:15 left',
      'dog  ░░░░░░░░░░░░░░░░░░░░         50/?    10.0 frames/s',
      '150 frames published, 0 of 2 videos, 30.0 frames/s, 1.0 MiB',
    ]);
  });

  it('keep what is known when somebody who does not know is asked', () => {
    const { tally } = tallyAt();
    tally.expect('cat', 400);
    tally.expect('cat', null, 7);
    expect(tally.inWork).toMatchObject([{ done: 7, expected: 400 }]);
  });

  it.each([20, 40, 60, 80, 120])('fit a terminal of %i columns, wide characters too', (columns) => {
    const { tally, clock } = tallyAt(1);
    tally.expect('été – vidéo 日本日本日本日本日本日本日本日本日本日本日本日本\u0007', 1_000_000);
    clock.now = 1000;
    tally.add('été – vidéo 日本日本日本日本日本日本日本日本日本日本日本日本\u0007', 999_999, 1e12);
    for (const line of renderLines(tally, { columns, rows: 24 })) {
      expect(stringWidth(line)).toBeLessThan(columns);
      expect(line).not.toMatch(/\p{Cc}/u);
    }
  });

  it('are no more than the terminal has rows, and say how many are left out', () => {
    const { tally } = tallyAt(100);
    for (let i = 0; i < 100; i++) tally.expect(`video-${i}`, 10);
    const lines = renderLines(tally, { columns: 80, rows: 10 });
    expect(lines.length).toBeLessThan(10);
    expect(lines.at(-2)).toBe('… and 94 more videos');
  });

  it('forget a video that has ended, but not its frames', () => {
    const { tally } = tallyAt(2);
    tally.expect('cat', 10);
    tally.add('cat', 10);
    tally.end('cat');
    tally.expect('dog', 30);
    expect(tally.inWork.map(({ video }) => video)).toEqual(['dog']);
    expect(renderTotal(tally)).toMatch(/^10 of 40 frames published, 1 of 2 videos/);
  });

  it('count a video once, whatever is heard of it after its end', () => {
    const { tally } = tallyAt(4);
    for (let batch = 0; batch < 17; batch++) {
      tally.add('cat', 10);
      tally.expect('cat', 170, 170);
      tally.end('cat');
    }
    expect(tally.inWork).toEqual([]);
    expect(renderTotal(tally)).toMatch(/^170 frames published, 1 of 4 videos/);
  });

  it('count a video that failed before its first frame as ended', () => {
    const { tally } = tallyAt(2);
    tally.end('bad');
    tally.begin('cat', 30);
    expect(renderTotal(tally)).toMatch(/^0 of 30 frames published, 1 of 2 videos/);
  });

  it('show a video again that begins again', () => {
    const { tally } = tallyAt();
    tally.begin('cat', 10);
    tally.end('cat');
    tally.begin('cat', 20);
    tally.add('cat', 5);
    expect(tally.inWork).toMatchObject([{ video: 'cat', done: 5, expected: 20 }]);
  });
});

describe('what a producer tells', () => {
  const error = new MvsError('NOT_A_VIDEO', 'not a video');

  it('ends a video that failed, and leaves the others to their consumers', () => {
    const { tally } = tallyAt(2);
    const { onBegin, onEnd } = countBegun(tally);
    onBegin?.('bad', 10);
    onBegin?.('cat', 10);
    onEnd?.('bad', { source: 'bad.mp4', error });
    onEnd?.('cat', published('cat'));
    expect(tally.inWork.map(({ video }) => video)).toEqual(['cat']);
  });
});

function published(video: string): PublishedVideo {
  const counts = { framesDecoded: 10, framesPublished: 10, bytes: 1, seconds: 1 };
  return { video, source: `${video}.mp4`, fingerprint: 'ff', ...counts, damaged: false };
}
