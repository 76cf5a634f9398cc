import { setImmediate } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { matcher, parsePosition } from '../../../src/core/answers/filter.js';
import { First } from '../../../src/core/answers/first.js';
import { collectFrames } from '../../../src/core/answers/frames.js';
import { Segments } from '../../../src/core/answers/segments.js';
import { Sums } from '../../../src/core/answers/sums.js';
import { Timeline } from '../../../src/core/answers/timeline.js';
import { nearest } from '../../../src/core/base/nearest.js';
import type { GlimpsedFrame } from '../../../src/core/store/port.js';
import { renderVideo } from '../../../src/ui/answers.js';
import { renderTimeline } from '../../../src/ui/timeline.js';
import { ago } from '../../../src/ui/units.js';

const processedAt = new Date('2026-11-23T12:00:00Z');

/** Every third frame of a video, a letter for what each shows. */
function framesOf(letters: string, confidence = 0.5): GlimpsedFrame[] {
  return Array.from(letters, (label, n) => {
    const frame = (n + 1) * 3;
    return { frame, time: frame / 10, label, classIndex: label.charCodeAt(0), confidence, processedAt };
  });
}

function segmentsOf(letters: string, limit = 100) {
  const segments = new Segments(limit);
  for (const frame of framesOf(letters)) segments.add(frame);
  return segments.end();
}

describe('segments', () => {
  it('are runs of frames that show the same', () => {
    const { segments, segmentCount } = segmentsOf('aaabba');
    expect(segmentCount).toBe(3);
    expect(
      segments.map(({ label, firstFrame, lastFrame, frames }) => [label, firstFrame, lastFrame, frames]),
    ).toEqual([
      ['a', 3, 9, 3],
      ['b', 12, 15, 2],
      ['a', 18, 18, 1],
    ]);
    expect(segments[0]).toMatchObject({ firstTime: 0.3, lastTime: 0.9, meanConfidence: 0.5 });
  });

  it('have the mean confidence of their frames', () => {
    const segments = new Segments(1);
    for (const [n, confidence] of [0.2, 0.3, 0.7].entries()) {
      segments.add({ frame: n, time: n, label: 'a', classIndex: 1, confidence, processedAt });
    }
    expect(segments.end().segments[0]?.meanConfidence).toBeCloseTo(0.4, 12);
  });

  it('are apart where two classes have one name', () => {
    const segments = new Segments(10);
    for (const [n, classIndex] of [134, 517].entries()) {
      segments.add({ frame: n, time: n, label: 'crane', classIndex, confidence: 1, processedAt });
    }
    expect(segments.end().segmentCount).toBe(2);
  });

  it('are the longest, in the order of the video, and all are counted', () => {
    const { segments, segmentCount } = segmentsOf('abbcddde', 2);
    expect(segmentCount).toBe(5);
    expect(segments.map(({ label }) => label)).toEqual(['b', 'd']);
  });

  it('keep the longest though there are very many', () => {
    const { segments, segmentCount } = segmentsOf(`${'ab'.repeat(3000)}ccc${'ab'.repeat(3000)}`, 1);
    expect(segmentCount).toBe(12_001);
    expect(segments).toMatchObject([{ label: 'c', frames: 3 }]);
  });

  it('end at a frame that does not fit', () => {
    const all = new Segments(10);
    for (const frame of framesOf('aabaa')) {
      if (frame.label === 'a') all.add(frame);
      else all.interrupt();
    }
    expect(all.end().segments.map(({ label, frames }) => [label, frames])).toEqual([
      ['a', 2],
      ['a', 2],
    ]);
  });

  it('are none of no frames', () => {
    expect(segmentsOf('')).toEqual({ segmentCount: 0, segments: [] });
  });
});

describe('the first of many', () => {
  const ascending = (a: { n: number }, b: { n: number }) => a.n - b.n;

  it('are in order, what is equal as it came, and all are counted', () => {
    const first = new First(3, ascending);
    for (const [at, n] of [5, 1, 4, 1, 3, 9, 1].entries()) first.add({ n, at } as { n: number });
    expect([first.items, first.count]).toEqual([
      [
        { n: 1, at: 1 },
        { n: 1, at: 3 },
        { n: 1, at: 6 },
      ],
      7,
    ]);
  });

  it('are all that is held while they come', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const first = new First(5, ascending);
    const seen: WeakRef<object>[] = [];
    for (let n = 100; n > 0; n--) {
      const item = { n };
      seen.push(new WeakRef(item));
      first.add(item);
    }
    // A WeakRef holds its target until the code that made it has come to its end.
    await setImmediate();
    collect();
    expect(seen.filter((ref) => ref.deref() !== undefined).length).toBeLessThanOrEqual(10);
    expect(first.items.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('frames for one document', () => {
  const top = Array.from({ length: 1000 }, () => ({ label: 'x', classIndex: 1, confidence: 0 }));
  async function* records(count: number) {
    for (let frame = 1; frame <= count; frame++) {
      const place = { video: 'v', frame, time: frame, model: 'none', processedAt };
      yield await Promise.resolve({ ...place, label: 'x', classIndex: 1, confidence: 0, top });
    }
  }

  it('are refused where it would be too long a text, with the way out', async () => {
    expect(await collectFrames(records(1000), { named: false })).toHaveLength(1000);
    await expect(collectFrames(records(1001), { named: false })).rejects.toMatchObject({
      ...{
        code: 'USAGE',
        message: 'the answer has more than 1000000 predictions, too many for one JSON document',
      },
      hint: expect.stringContaining('--format ndjson') as string,
    });
  });

  it('count with the predictions that are shown', async () => {
    const frames = await collectFrames(records(1001), { named: true, topK: 2 });
    expect(frames).toHaveLength(1001);
    expect(frames[0]).toMatchObject({ video: 'v', frame: 1, top: [{ label: 'x' }, { label: 'x' }] });
  });
});

describe('sums', () => {
  it('are of labels, most frequent first, and the frames that a sampling keeps', () => {
    const end = {
      ...{
        video: 'v',
        fingerprint: 'ab',
        sampling: 'every=6',
        source: 'v',
        framesDecoded: 18,
        framesPublished: 2,
      },
      ...{ width: 1, height: 1, fps: 10, damaged: false },
    };
    const sums = new Sums({ video: 'v', fingerprint: 'ab', samplings: [{ sampling: 'every=6', end }] });
    for (const frame of framesOf('abbab'.slice(0, 5))) sums.add(frame);
    const { kept, labels, updated } = sums.summary;
    expect(kept).toBe(2);
    expect(updated).toBe(processedAt);
    expect(
      labels.map(({ label, count, firstFrame, lastFrame }) => [label, count, firstFrame, lastFrame]),
    ).toEqual([
      ['b', 3, 6, 15],
      ['a', 2, 3, 12],
    ]);
  });
});

describe('a position', () => {
  it.each([
    ['83', { time: 83 }],
    ['83s', { time: 83 }],
    ['83.25s', { time: 83.25 }],
    ['1:23', { time: 83 }],
    ['100:00', { time: 6000 }],
    ['1:02:03.5', { time: 3723.5 }],
    ['120f', { frame: 120 }],
  ])('may be given as %s', (text, position) => {
    expect(parsePosition(text)).toEqual(position);
  });

  it.each(['', 'x', '-1', '1:75', '1:75:00', '1:2:3:4', '#120', '1.5f', '1e3', '0x10'])(
    'is not %j',
    (text) => {
      expect(() => parsePosition(text)).toThrow(/neither a time nor a frame/);
    },
  );
});

describe('a filter', () => {
  const [frame] = framesOf('x') as [GlimpsedFrame];
  const tabby = { label: 'tabby', classIndex: 1, confidence: 0.3 };
  const tiger = { label: 'tiger cat', classIndex: 2, confidence: 0.2 };
  const crane = { label: 'crane', classIndex: 517, confidence: 0.1 };
  const ranked = { ...frame, ...tabby, top: [tabby, tiger, crane] };
  const of = (...labels: string[]) => ({ labels, except: [134] });

  it.each([
    ['the best prediction', { classes: of('tabby') }, true],
    ['no other prediction', { classes: of('tiger cat') }, false],
    ['the first predictions', { classes: of('tiger cat'), rank: 2 }, true],
    ['none beyond them', { classes: of('crane'), rank: 2 }, false],
    ['a class that shares its label', { classes: of('crane'), rank: 3 }, true],
    ['no other class with this label', { classes: { labels: ['crane'], except: [517] }, rank: 3 }, false],
    ['the confidence of what fits', { classes: of('tiger cat'), rank: 2, minConfidence: 0.25 }, false],
    ['the confidence of the best one without classes', { minConfidence: 0.3 }, true],
    ['the sum of all that fit', { classes: of('tabby', 'tiger cat'), sum: true, minConfidence: 0.49 }, true],
    ['no larger sum', { classes: of('tabby', 'tiger cat'), sum: true, minConfidence: 0.51 }, false],
    [
      'the sum of the first ones',
      { classes: of('tabby', 'tiger cat'), sum: true, rank: 1, minConfidence: 0.4 },
      false,
    ],
    ['no excluded class', { classes: of('tabby'), notClasses: of('tabby') }, false],
    ['an excluded class beyond the rank', { classes: of('tabby'), notClasses: of('tiger cat') }, true],
  ])('looks at %s', (_, filter, fits) => {
    expect(matcher(filter)(ranked)).toBe(fits);
  });

  it('takes both ends of a range, by time and by frame', () => {
    const fits = (from: object, to: object) => matcher({ from, to } as Parameters<typeof matcher>[0])(frame);
    expect(fits({ time: 0.3 }, { frame: 3 })).toBe(true);
    expect(fits({ frame: 4 }, { time: 9 })).toBe(false);
    expect(fits({ time: 0 }, { time: 0.29 })).toBe(false);
  });

  it('takes the least confidence too', () => {
    expect([0.5, 0.51].map((minConfidence) => matcher({ minConfidence })(frame))).toEqual([true, false]);
  });
});

describe('a timeline', () => {
  const render = (letters: string, columns: number, colour = false, confidence = 0.5): string[] => {
    const timeline = new Timeline();
    for (const frame of framesOf(letters, confidence)) timeline.add(frame);
    const labels = [...new Set(letters)].map((label) => ({ label }));
    return renderTimeline(timeline, labels, [0.3, 61], { columns, colour }).split('\n');
  };

  it.each([60, 80, 120])(
    'fits %i columns, a letter for each label, in the proportion of their frames',
    (columns) => {
      const lines = render('x'.repeat(750) + 'y'.repeat(250), columns);
      for (const line of lines) expect(line).toHaveLength(columns - 1);
      expect(lines[0]).toMatch(/^A+B+$/);
      expect((lines[0]?.indexOf('B') ?? 0) / (columns - 1)).toBeCloseTo(0.75, 1);
      expect(lines[2]).toMatch(/^0:00\.3 +1:01\.0$/);
    },
  );

  it('says how sure the network was', () => {
    expect([0, 0.5, 1].map((confidence) => render('x', 60, false, confidence)[1]?.[0])).toEqual([
      '▁',
      '▅',
      '█',
    ]);
  });

  it('stretches a few frames, and holds very many', () => {
    expect(render('xy', 21)[0]).toBe('A'.repeat(10) + 'B'.repeat(10));
    expect(render('x'.repeat(30_000) + 'y'.repeat(10_000), 41)[0]).toBe('A'.repeat(30) + 'B'.repeat(10));
  });

  it('has colours where there are any, and the letters all the same', () => {
    const [row = ''] = render('xy', 21, true);
    expect(row).toContain('\u001b[4');
    expect(stripVTControlCharacters(row)).toBe(render('xy', 21)[0]);
  });
});

it('a video’s labels have the colours of its timeline', () => {
  const [timeline, sums, segments] = [
    new Timeline(),
    new Sums({ video: 'v', fingerprint: '', samplings: [] }),
    new Segments(9),
  ];
  for (const each of [timeline, sums, segments]) for (const frame of framesOf('xxy')) each.add(frame);
  const { labels } = sums.summary;
  const state = { stored: 3, expected: 3, deadLettered: 0, missing: 0, complete: true, damaged: false };
  const answer = {
    video: 'v',
    modelVersion: null,
    ...state,
    duration: 1,
    updated: null,
    labels,
    ...segments.end(),
  };
  const render = (colour: boolean): string => renderVideo(answer, timeline, { columns: 60, colour });
  expect(render(true)).toMatch(/^\S+44m\S+30m A /m);
  expect(stripVTControlCharacters(render(true))).toBe(render(false));
});

describe('near names', () => {
  it.each([
    ['kat', ['cat']],
    ['CAT', ['cat']],
    ['cta', ['cat']],
    ['tca', []],
    ['espreso', ['espresso']],
    ['rocket-2', ['rocket']],
    ['zebra', []],
    ['x', []],
  ])('of %s are %j', (wrong, near) => {
    expect(nearest(wrong, ['cat', 'espresso', 'rocket', 'tripod'])).toEqual(near);
  });

  it('are three at most', () => {
    expect(nearest('cat', ['cat a', 'cat b', 'cat c', 'cat d'])).toHaveLength(3);
  });
});

it('a while ago is said in the unit that fits', () => {
  const now = new Date('2026-11-25T12:00:00Z');
  const at = ['2026-11-25T11:59:30Z', '2026-11-25T11:00:01Z', '2026-11-23T13:00:00Z', '2026-11-01T12:00:00Z'];
  expect(at.map((text) => ago(new Date(text), now))).toEqual([
    'just now',
    '59 min ago',
    '47 h ago',
    '24 d ago',
  ]);
});
