import { describe, expect, it } from 'vitest';
import type { EndOfVideo, FrameRecord, VideoRun } from '../../../src/core/frames/frame.js';
import { FrameListWriter } from '../../../src/core/frames/frame-list.js';
import type { DeadFrame, FrameQuery, RecordStore } from '../../../src/core/store/port.js';

const fingerprint = 'ab'.repeat(32);

export function runOf(video: string, changes: Partial<VideoRun> = {}): VideoRun {
  return { video, fingerprint, sampling: 'every=3', ...changes };
}

export function record(video: string, frame: number, changes: Partial<FrameRecord> = {}): FrameRecord {
  return {
    video,
    frame,
    label: 'tabby, tabby cat',
    classIndex: 281,
    confidence: 0.5,
    time: frame / 25,
    model: 'efficientnet-lite0',
    processedAt: new Date('2026-11-23T12:00:00Z'),
    ...changes,
  };
}

export function endOf(video: string, every: number, framesDecoded: number): EndOfVideo {
  const size = { width: 640, height: 480, fps: 25, damaged: false };
  const framesPublished = Math.floor(framesDecoded / every);
  const sampling = `every=${every}`;
  return { video, source: `${video}.webm`, fingerprint, sampling, framesDecoded, framesPublished, ...size };
}

function listedEnd(video: string, sampling: string, frames: readonly number[]): EndOfVideo {
  const list = new FrameListWriter();
  for (const frame of frames) list.add(frame);
  return { ...endOf(video, 1, 49), sampling, framesPublished: frames.length, frameList: list.text };
}

export function deadFrame(video: string, frame: number, reason = 'not a JPEG'): DeadFrame {
  const origin = { topic: 'frames', partition: 0, offset: String(frame) };
  return { video, frame, reason, origin, at: new Date('2026-11-23T12:00:00Z') };
}

async function framesOf(store: RecordStore, video: string): Promise<FrameRecord[]> {
  const all: FrameRecord[] = [];
  // A record as it was given; its version follows from its place.
  for await (const { modelVersion: _, ...frame } of store.frames(video)) all.push(frame);
  return all;
}

const dogs = { labels: ['crane', 'poodle'], except: [9] };
const lastFirst = { order: { by: 'frame', descending: true } } as const;

/** What every store adapter promises. `open` gives an empty store of its own. */
export function storeContract(open: () => Promise<RecordStore>): void {
  describe('saving', () => {
    it('keeps a record as it was given', async () => {
      const store = await open();
      await store.claim(runOf('cat'));
      const top = [
        { label: 'tabby, tabby cat', classIndex: 281, confidence: 0.5 },
        { label: 'tiger cat', classIndex: 282, confidence: 0.25 },
      ];
      await store.save([record('cat', 3, { top })]);
      expect(await framesOf(store, 'cat')).toEqual([record('cat', 3, { top })]);
    });

    it('keeps the objects of a detector, and that there were none', async () => {
      const store = await open();
      await store.claim(runOf('cat'));
      const cat = { label: 'Cat', classIndex: 7, confidence: 0.5, box: [0.25, 0, 0.5, 1] as const };
      const records = [
        record('cat', 3, {
          label: 'Cat',
          classIndex: 7,
          objects: [cat, { ...cat, box: [0, 0, 0.1, 0.125] }],
        }),
        record('cat', 6, { label: 'nothing', classIndex: -1, confidence: 0, objects: [] }),
      ];
      await store.save(records);
      expect(await framesOf(store, 'cat')).toEqual(records);
      const predictions = await store.predictionsOf('cat', [3, 6, 9]);
      expect(predictions).toEqual(
        new Map([
          [3, Infinity],
          [6, Infinity],
        ]),
      );
    });

    it('stores a frame once, however often and in whatever company it comes', async () => {
      const store = await open();
      await store.claim(runOf('cat'));
      expect(await store.save([record('cat', 3), record('cat', 6)])).toEqual({ stored: 2, duplicates: 0 });
      expect(await store.save([record('cat', 3), record('cat', 6)])).toEqual({ stored: 0, duplicates: 2 });
      expect(await store.save([record('cat', 6), record('cat', 9), record('cat', 9)])).toEqual({
        stored: 1,
        duplicates: 2,
      });
      expect(await store.count('cat')).toBe(3);
    });

    it('keeps the first answer for a frame', async () => {
      const store = await open();
      await store.claim(runOf('cat'));
      await store.save([record('cat', 3, { label: 'first' })]);
      await store.save([record('cat', 3, { label: 'second' })]);
      expect((await framesOf(store, 'cat'))[0]?.label).toBe('first');
    });

    it('stores a frame once though eight writers race for it', async () => {
      const store = await open();
      await store.claim(runOf('cat'));
      const frames = Array.from({ length: 50 }, (_, n) => record('cat', n + 1));
      const results = await Promise.all(Array.from({ length: 8 }, () => store.save(frames)));
      expect(results.reduce((sum, { stored }) => sum + stored, 0)).toBe(50);
      expect(await store.count('cat')).toBe(50);
    });

    it('takes records of several videos at once, under any name a file can have', async () => {
      const store = await open();
      const names = ['asl hungry.v1.2', 'été – vidéo 日本', 'a"b\'c', 'constructor', '😀', 'x'.repeat(180)];
      await Promise.all(names.map((name) => store.claim(runOf(name))));
      await store.save(names.flatMap((name) => [record(name, 1), record(name, 2)]));
      for (const name of names) expect(await store.count(name)).toBe(2);
    });
  });

  describe('a name', () => {
    it('belongs to the content that came first', async () => {
      const store = await open();
      await store.claim(runOf('cat'));
      await store.claim(runOf('cat'));
      await expect(store.claim(runOf('cat', { fingerprint: 'cd'.repeat(32) }))).rejects.toMatchObject({
        code: 'VIDEO_CONFLICT',
      });
    });

    it('is claimed once though several members see it at the same time', async () => {
      const store = await open();
      await Promise.all(Array.from({ length: 8 }, () => store.claim(runOf('cat'))));
      expect(await store.videos()).toEqual([
        { video: 'cat', fingerprint, samplings: [{ sampling: 'every=3', end: undefined }] },
      ]);
    });

    it('is free again when its video is removed, and others are left alone', async () => {
      const store = await open();
      for (const name of ['cat', 'category']) {
        await store.claim(runOf(name));
        await store.save([record(name, 1)]);
      }
      await store.remove('cat');
      expect(await store.video('cat')).toBeUndefined();
      expect(await store.count('category')).toBe(1);
      await store.claim(runOf('cat', { fingerprint: 'cd'.repeat(32) }));
      expect(await store.count('cat')).toBe(0);
    });
  });

  describe('the totals of a video', () => {
    it('are kept for each sampling, once', async () => {
      const store = await open();
      await store.claim(runOf('cat'));
      const ends = [
        endOf('cat', 3, 49),
        endOf('cat', 5, 49),
        listedEnd('cat', 'fps=0.5', [1, 26, 49]),
        listedEnd('cat', 'keyframes', [1, 30]),
      ];
      for (const end of [...ends, ...ends]) await store.finish(end);
      expect((await store.video('cat'))?.samplings).toEqual(
        ends.map((end) => ({ sampling: end.sampling, end })),
      );
    });

    it('may come before the first frame', async () => {
      const store = await open();
      await store.finish(endOf('cat', 3, 49));
      await store.claim(runOf('cat'));
      expect((await store.video('cat'))?.samplings).toEqual([
        { sampling: 'every=3', end: endOf('cat', 3, 49) },
      ]);
    });
  });

  describe('dead letters', () => {
    it('are noted once a frame, with what was said last, and shown in order', async () => {
      const store = await open();
      await store.noteDeadLetters([deadFrame('cat', 9), deadFrame('cat', 3), deadFrame('dog', 6)]);
      await store.noteDeadLetters([deadFrame('cat', 9, 'cut off')]);
      expect(await store.deadFrames('cat')).toEqual([deadFrame('cat', 3), deadFrame('cat', 9, 'cut off')]);
    });

    it('are none any more once their frame is stored', async () => {
      const store = await open();
      await store.noteDeadLetters([deadFrame('cat', 3), deadFrame('cat', 6)]);
      await store.save([record('cat', 3), record('cat', 9)]);
      expect(await store.deadFrames('cat')).toEqual([deadFrame('cat', 6)]);
    });

    it('are noted by eight consumers at the same time', async () => {
      const store = await open();
      const frames = [1, 2, 3].map((frame) => deadFrame('cat', frame));
      await Promise.all(Array.from({ length: 8 }, () => store.noteDeadLetters(frames)));
      expect(await store.deadFrames('cat')).toEqual(frames);
    });

    it('go with their video', async () => {
      const store = await open();
      await store.claim(runOf('cat'));
      await store.noteDeadLetters([deadFrame('cat', 3), deadFrame('category', 3)]);
      await store.remove('cat');
      expect(await store.deadFrames('cat')).toEqual([]);
      expect(await store.deadFrames('category')).toHaveLength(1);
    });
  });

  describe('asking', () => {
    it('gives the number of each record in order', async () => {
      const store = await open();
      await store.save([9, 3, 12, 6].map((frame) => record('cat', frame)));
      const numbers: number[] = [];
      for await (const frame of store.frameNumbers('cat')) numbers.push(frame);
      expect(numbers).toEqual([3, 6, 9, 12]);
    });

    it('sums up labels, most frequent first; two classes of one name stay apart', async () => {
      const store = await open();
      await store.claim(runOf('birds'));
      await store.save([
        record('birds', 1, { label: 'crane', classIndex: 134, confidence: 0.2 }),
        record('birds', 2, { label: 'crane', classIndex: 134, confidence: 0.4 }),
        record('birds', 3, { label: 'crane', classIndex: 517, confidence: 0.9 }),
      ]);
      const [bird, machine] = (await store.summary('birds')).labels;
      expect(bird).toMatchObject({ label: 'crane', classIndex: 134, count: 2, firstFrame: 1, lastFrame: 2 });
      expect(bird?.meanConfidence).toBeCloseTo(0.3, 10);
      expect([bird?.firstTime, bird?.lastTime]).toEqual([1 / 25, 2 / 25]);
      expect(machine).toMatchObject({ classIndex: 517, count: 1 });
    });

    it('says when the newest record of a video was made', async () => {
      const store = await open();
      const at = (second: number): Date => new Date(Date.UTC(2026, 10, 23, 12, 0, second));
      const labels = ['a', 'b', 'a'];
      await store.save(
        [3, 9, 5].map((second, n) =>
          record('cat', n + 1, { label: labels[n] ?? '', processedAt: at(second) }),
        ),
      );
      expect((await store.summary('cat')).updated).toEqual(at(9));
    });

    it('gives what a pass over a video needs of each frame, in order', async () => {
      const store = await open();
      const strange = { label: 'é\u{1F600}, "x"', time: 0, confidence: 1, classIndex: 0 };
      const records = [record('cat', 2 ** 40), record('cat', 3, strange), record('cat', 2)];
      await store.save(records);
      const pages: unknown[] = [];
      for await (const page of store.glimpses('cat')) pages.push(...page);
      expect(pages).toEqual(
        records.reverse().map(({ frame, time, label, classIndex, confidence, processedAt }) => ({
          ...{ frame, time, label, classIndex, confidence, processedAt },
        })),
      );
    });

    it.each<[string, FrameQuery, number[]]>([
      ['classes', { classes: { labels: ['tabby, tabby cat', 'nothing'], except: [] } }, [1, 3]],
      ['no class', { classes: { labels: [], except: [] } }, []],
      ['not some classes', { notClasses: { labels: ['tabby, tabby cat'], except: [] } }, [2]],
      ['at least a confidence', { minConfidence: 0.2 }, [2, 3]],
      ['a range of frames', { from: { frame: 2 }, to: { frame: 2 } }, [2]],
      ['a range of times', { from: { time: 0.04 }, to: { time: 0.08 } }, [1, 2]],
      [
        'both',
        { from: { frame: 2 }, to: { time: 0.12 }, classes: { labels: ['tabby, tabby cat'], except: [] } },
        [3],
      ],
      ['the surest first', { order: { by: 'confidence', descending: true } }, [3, 2, 1]],
      ['the last first', { order: { by: 'frame', descending: true }, limit: 2 }, [3, 2]],
      ['by label', { order: { by: 'label', descending: false } }, [1, 3, 2]],
      ['by time', { order: { by: 'time', descending: true }, limit: 1 }, [3]],
    ])('gives frames of %s', async (_, query, frames) => {
      const store = await open();
      const labels = ['tabby, tabby cat', 'tiger cat', 'tabby, tabby cat'];
      await store.save(
        [1, 2, 3].map((n) => record('cat', n, { label: labels[n - 1] ?? '', confidence: n / 10 })),
      );
      const found: number[] = [];
      for await (const { frame } of store.frames('cat', query)) found.push(frame);
      expect(found).toEqual(frames);
    });

    it.each<[string, FrameQuery, number[]]>([
      ['a class, and not the other one of its name', { classes: dogs }, [1]],
      ['the first predictions', { classes: dogs, rank: 2 }, [1, 3]],
      ['all predictions', { classes: dogs, sum: true }, [1, 3, 4]],
      ['a confidence of the class itself', { classes: dogs, rank: 3, minConfidence: 0.2 }, [1, 4]],
      ['a sum of several classes', { classes: dogs, sum: true, minConfidence: 0.39 }, [4]],
      ['a sum of the first ones', { classes: dogs, sum: true, rank: 2, minConfidence: 0.25 }, [1]],
      ['a sum and a limit, in order', { classes: dogs, sum: true, ...lastFirst, limit: 2 }, [4, 3]],
      ['none of them among the first', { notClasses: dogs, rank: 2 }, [2, 4]],
    ])('gives frames by %s', async (_, query, frames) => {
      const store = await open();
      const of = (label: string, classIndex: number, confidence: number) => ({
        label,
        classIndex,
        confidence,
      });
      const tops = [
        [of('crane', 1, 0.3)],
        [of('crane', 9, 0.9)],
        [of('x', 3, 0.5), of('poodle', 2, 0.1), of('y', 4, 0.1)],
        [of('x', 3, 0.5), of('y', 4, 0.3), of('poodle', 2, 0.2), of('crane', 1, 0.2)],
      ];
      const records = tops.map((top, n) =>
        record('cat', n + 1, { ...top[0], ...(top.length > 1 && { top }) }),
      );
      await store.save(records);
      const found: number[] = [];
      for await (const { frame } of store.frames('cat', query)) found.push(frame);
      expect(found).toEqual(frames);
    });

    it('glimpses further predictions where they are asked for', async () => {
      const store = await open();
      const top = [
        { label: 'a', classIndex: 1, confidence: 0.5 },
        { label: 'b', classIndex: 2, confidence: 0.25 },
      ];
      await store.save([record('cat', 1, { top }), record('cat', 2)]);
      const glimpsed: unknown[] = [];
      for await (const page of store.glimpses('cat', 'top')) glimpsed.push(...page.map((each) => each.top));
      expect(glimpsed).toEqual([top, undefined]);
    });

    it('gives each label of a video once', async () => {
      const store = await open();
      const top = ['b', 'c'].map((label, classIndex) => ({ label, classIndex, confidence: 0.5 }));
      await store.save(['b', 'a', 'b'].map((label, n) => record('cat', n, { label, top })));
      expect([...(await store.labels('cat'))].sort()).toEqual(['a', 'b']);
      expect([...(await store.labels('cat', true))].sort()).toEqual(['a', 'b', 'c']);
      expect(await store.labels('dog')).toEqual([]);
    });

    it('counts the records of a progression of frames', async () => {
      const store = await open();
      await store.claim(runOf('cat'));
      await store.save([3, 4, 6, 8, 9, 12, 15].map((frame) => record('cat', frame)));
      expect(await store.summary('cat', { step: 3, last: 12 })).toMatchObject({ counted: 4 });
      expect(await store.summary('cat', { step: 3, last: 0 })).toMatchObject({ counted: 0 });
      expect(await store.summary('cat')).toMatchObject({ counted: 0 });
    });

    it('gives frames in their order, and as many as asked for', async () => {
      const store = await open();
      await store.claim(runOf('cat'));
      await store.save([9, 3, 12, 6].map((frame) => record('cat', frame)));
      expect((await framesOf(store, 'cat')).map(({ frame }) => frame)).toEqual([3, 6, 9, 12]);
      const first: number[] = [];
      for await (const { frame } of store.frames('cat', { limit: 2 })) first.push(frame);
      expect(first).toEqual([3, 6]);
    });

    it('keeps videos apart whose names no collection can have', async () => {
      const store = await open();
      const long = 'x'.repeat(300);
      const videos = ['..', 'a..b', 'a$b', 'a%24b', 'system.x', 'mvs.videos', '.a', `${long}1`, `${long}2`];
      for (const [n, video] of videos.entries()) {
        await store.claim(runOf(video));
        await store.save([record(video, n + 1)]);
      }
      for (const [n, video] of videos.entries()) {
        expect((await framesOf(store, video)).map(({ frame }) => frame)).toEqual([n + 1]);
        for await (const page of store.glimpses(video)) expect(page).toHaveLength(1);
      }
      expect((await store.videos()).map(({ video }) => video).sort()).toEqual([...videos].sort());
      await store.remove('a$b');
      expect(await Promise.all(['a$b', 'a%24b'].map((video) => store.count(video)))).toEqual([0, 1]);
    });

    it('knows nothing of a video that never came', async () => {
      const store = await open();
      expect(await store.video('dog')).toBeUndefined();
      expect(await store.summary('dog')).toEqual({ counted: 0, updated: null, labels: [] });
      expect(await framesOf(store, 'dog')).toEqual([]);
      expect(await store.videos()).toEqual([]);
    });
  });
}
