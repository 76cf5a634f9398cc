import { describe, expect, it } from 'vitest';
import { changeAlarm, compare } from '../../../src/core/answers/compare.js';
import { Comparison, type Side } from '../../../src/core/answers/diff.js';
import type { FrameRun } from '../../../src/core/answers/frame-runs.js';
import type { GlimpsedFrame } from '../../../src/core/store/port.js';

const { signal } = new AbortController();
const processedAt = new Date('2026-11-23T12:00:00Z');
/** Labels that a separator in a key would mix up, and one class for each. */
const labels = ['cat', 'cat","dog', '', 'dog, hound', '__proto__'];

/** Repeatable: a failure must fail again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

function frameOf(frame: number, label: string, confidence = 0.5): GlimpsedFrame {
  return { frame, time: frame / 10, label, classIndex: labels.indexOf(label), confidence, processedAt };
}

type Videos = Readonly<Record<string, readonly GlimpsedFrame[]>>;

/** Records as a store gives them: in pages, of any size. */
function sideOf(id: string, videos: Videos, pageSize: () => number = () => 3): Side {
  const glimpses = async function* (video: string): AsyncGenerator<readonly GlimpsedFrame[]> {
    const frames = videos[video] ?? [];
    for (let at = 0; at < frames.length;) {
      const size = pageSize();
      yield await Promise.resolve(frames.slice(at, at + size));
      at += size;
    }
  };
  return { id, results: { glimpses } };
}

/** The same question, answered with all records in memory, in another way than by walking. */
function bruteForce(a: Videos, b: Videos) {
  const pairs = Object.keys(a).flatMap((video) => {
    const [left, right] = [a, b].map((side) => {
      const ofFrame = new Map<number, GlimpsedFrame>();
      for (const each of side[video] ?? []) if (!ofFrame.has(each.frame)) ofFrame.set(each.frame, each);
      return ofFrame;
    }) as [Map<number, GlimpsedFrame>, Map<number, GlimpsedFrame>];
    const all = [...new Set([...left.keys(), ...right.keys()])].sort((x, y) => x - y);
    return all.map((frame) => ({ video, frame, a: left.get(frame), b: right.get(frame) }));
  });
  const both = pairs.flatMap(({ video, a, b }) => (a && b ? [{ video, a, b }] : []));
  const changed = both.filter(({ a, b }) => a.label !== b.label);
  const counts = new Map<string, number>();
  for (const { a, b } of changed) {
    const key = JSON.stringify([a.label, b.label]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const isNew = (n: number): boolean => {
    const [last, each] = [both[n - 1], both[n]];
    if (!each || each.a.label === each.b.label) return false;
    return last?.video !== each.video || last.a.label !== each.a.label || last.b.label !== each.b.label;
  };
  const change = both.reduce((sum, { a, b }) => sum + (b.confidence - a.confidence), 0);
  return {
    compared: both.length,
    changed: changed.map(({ video, a }) => [video, a.frame]),
    meanConfidenceChange: both.length === 0 ? null : change / both.length,
    counts: Object.fromEntries(counts),
    segmentCount: both.filter((_, n) => isNew(n)).length,
    onlyA: runsOf(pairs, ({ b }) => !b),
    onlyB: runsOf(pairs, ({ a }) => !a),
  };
}

type Pair = Readonly<{
  video: string;
  frame: number;
  a?: GlimpsedFrame | undefined;
  b?: GlimpsedFrame | undefined;
}>;

/** Of consecutive frames of a video. */
function runsOf(pairs: readonly Pair[], isOne: (pair: Pair) => boolean): (FrameRun & { video: string })[] {
  return pairs.flatMap((first, n) => {
    const before = pairs[n - 1];
    if (!isOne(first) || (before?.video === first.video && isOne(before))) return [];
    const rest = pairs.slice(n).filter(({ video }) => video === first.video);
    const end = rest.findIndex((pair) => !isOne(pair));
    const run = rest.slice(0, end === -1 ? undefined : end);
    return [{ video: first.video, from: first.frame, to: run.at(-1)?.frame ?? 0, count: run.length }];
  });
}

async function walked(a: Side, b: Side, videos: readonly string[]) {
  const comparison = new Comparison([a, b], { limit: Infinity, signal });
  const changed: unknown[] = [];
  for await (const { video, frame } of comparison.changedFrames(videos)) changed.push([video, frame]);
  const { compared, meanConfidenceChange, changes, segmentCount, segments, ...diff } = comparison.diff;
  expect(diff.changed).toBe(changed.length);
  expect(segments.reduce((sum, { frames }) => sum + frames, 0)).toBe(changed.length);
  expect(diff.agreement).toBe(compared === 0 ? null : (compared - changed.length) / compared);
  const framesIn = (side: 'onlyA' | 'onlyB') => {
    expect(diff[side]).toBe(diff.videos.reduce((sum, each) => sum + each[side].count, 0));
    return diff.videos.flatMap((each) => each[side].frames.map((run) => ({ video: each.video, ...run })));
  };
  const counts = Object.fromEntries(
    changes.map(({ from, to, count }) => [JSON.stringify([from, to]), count]),
  );
  const [onlyA, onlyB] = [framesIn('onlyA'), framesIn('onlyB')];
  return { compared, changed, meanConfidenceChange, counts, segmentCount, onlyA, onlyB };
}

describe('a comparison', () => {
  it('is that of all pairs, for any records in pages of any size', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = randomFrom(seed);
      const upTo = (limit: number) => Math.floor(random() * limit);
      // Sometimes alike for long, sometimes never.
      const [lack, differ, twice] = [random() ** 3, random() ** 2, random() * 0.3];
      const length = upTo(120);
      const [a, b]: [Record<string, GlimpsedFrame[]>, Record<string, GlimpsedFrame[]>] = [{}, {}];
      for (const video of ['cat', 'dog', 'empty']) {
        let label = 'cat';
        for (const side of [a, b]) side[video] = [];
        for (let frame = 1; frame <= length && video !== 'empty'; frame++) {
          if (random() < 0.3) label = labels[upTo(labels.length)] ?? '';
          for (const side of [a, b]) {
            const own = random() < differ ? (labels[upTo(labels.length)] ?? '') : label;
            if (random() >= lack) side[video]?.push(frameOf(frame, own, random()));
            const last = side[video]?.at(-1);
            if (last?.frame === frame && random() < twice) side[video]?.push({ ...last, label: 'a double' });
          }
        }
      }
      const pageSize = () => 1 + upTo(7);
      const found = await walked(sideOf('A', a, pageSize), sideOf('B', b, pageSize), ['cat', 'dog', 'empty']);
      const { meanConfidenceChange, ...expected } = bruteForce(a, b);
      expect(found, `seed ${seed}`).toEqual({
        ...expected,
        meanConfidenceChange:
          meanConfidenceChange === null ? null : (expect.closeTo(meanConfidenceChange, 9) as number),
      });
    }
  });

  it('names the changed segments, longest first, with the mean change of confidence', async () => {
    const textOf = (letters: string, confidence: number) => ({
      cat: Array.from(letters, (letter, n) => frameOf(n + 1, letter, confidence + n / 100)),
    });
    const sides = [sideOf('A', textOf('aaabbbbc', 0.5)), sideOf('B', textOf('xaabyyyz', 0.4))] as const;
    const { segments, segmentCount } = await compare(sides, ['cat'], { limit: 2, signal, frames: false });
    expect(segmentCount).toBe(3);
    expect(segments).toEqual([
      {
        ...{ video: 'cat', from: 'b', to: 'y', frames: 3, firstFrame: 5, lastFrame: 7 },
        ...{ firstTime: 0.5, lastTime: 0.7, meanConfidenceChange: expect.closeTo(-0.1, 9) as number },
      },
      expect.objectContaining({ from: 'a', to: 'x', frames: 1 }),
    ]);
  });

  it('shows those changed frames first of which both versions are most certain', async () => {
    const confidences = (step: number, label: string): Videos => ({
      cat: [1, 2, 3, 4].map((frame) => frameOf(frame, frame === 4 ? 'same' : label, frame * step)),
    });
    const sides = [sideOf('A', confidences(0.1, 'one')), sideOf('B', confidences(0.2, 'other'))] as const;
    const { frames, changed } = await compare(sides, ['cat'], { limit: 2, signal, frames: true });
    expect(changed).toBe(3);
    expect(frames?.map(({ frame }) => frame)).toEqual([3, 2]);
    expect(await compare(sides, ['cat'], { limit: 2, signal, frames: false })).not.toHaveProperty('frames');
  });

  it('names at most 1000 runs of frames that one version lacks, and counts all', async () => {
    const all = Array.from({ length: 3001 }, (_, n) => frameOf(n + 1, 'same'));
    const half = all.filter(({ frame }) => frame % 2 === 0);
    const sides = [sideOf('A', { cat: all }, () => 700), sideOf('B', { cat: half }, () => 999)] as const;
    const { videos, onlyA, onlyB } = await compare(sides, ['cat'], { limit: 1, signal, frames: false });
    expect({ onlyA, onlyB }).toEqual({ onlyA: 1501, onlyB: 0 });
    expect(videos[0]?.onlyA.frames).toHaveLength(1000);
  });

  it('closes both readers when it ends early', async () => {
    let open = 0;
    const side = (id: string): Side => ({
      id,
      results: {
        async *glimpses() {
          open++;
          try {
            for (let frame = 1; ; frame++) yield await Promise.resolve([frameOf(frame, id)]);
          } finally {
            open--;
          }
        },
      },
    });
    const comparison = new Comparison([side('A'), side('B')], { limit: 1, signal });
    for await (const { frame } of comparison.changedFrames(['cat'])) if (frame === 3) break;
    expect(open).toBe(0);
  });
});

describe('an alarm', () => {
  const diff = {
    ...{ a: 'a@1', b: 'b@2', agreement: 0, meanConfidenceChange: 0, onlyA: 0, onlyB: 0, videos: [] },
    ...{ changeCount: 0, changes: [], segmentCount: 0, segments: [] },
  };
  it.each([
    [{ compared: 200, changed: 5 }, 2.5, false],
    [{ compared: 200, changed: 6 }, 2.5, true],
    [{ compared: 1000, changed: 7 }, 0.7, false],
    [{ compared: 200, changed: 0 }, 0, false],
    [{ compared: 200, changed: 1 }, 0, true],
    [{ compared: 200, changed: 200 }, undefined, false],
    // A gate must not open because there is nothing to see.
    [{ compared: 0, changed: 0 }, 100, true],
    [{ compared: 0, changed: 0 }, undefined, false],
  ])('for %j above %j: %j', (counts, maxChanges, alarm) => {
    const error = changeAlarm({ ...diff, ...counts }, maxChanges);
    expect(error && { code: error.code, exitCode: error.exitCode }).toEqual(
      alarm ? { code: 'CHANGES_EXCEEDED', exitCode: 1 } : undefined,
    );
  });
});
