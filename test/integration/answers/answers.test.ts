import { describe, expect, it, vi } from 'vitest';
import { answerInDetail, findVideos } from '../../../src/core/answers/videos.js';
import { findMatches } from '../../../src/core/answers/matches.js';
import { noObject, type Box, type DetectedObject } from '../../../src/core/frames/frame.js';
import type { RecordStore } from '../../../src/core/store/port.js';
import { record } from '../../contract/store/store.js';
import { freshStore } from '../../support/fresh.js';
import { version } from '../../support/versions.js';

const tabby = { label: 'tabby, tabby cat', classIndex: 281 };
const tiger = { label: 'tiger cat', classIndex: 282 };

/** Videos in which a letter for each frame says what it shows. */
async function storeOf(videos: Readonly<Record<string, string>>): Promise<RecordStore> {
  const store = await freshStore();
  for (const [video, letters] of Object.entries(videos)) {
    await store.claim({ video, fingerprint: 'ab'.repeat(32), sampling: 'every=1' });
    const shown = Array.from(letters, (letter) => (letter === 't' ? tabby : tiger));
    await store.save(shown.map((label, n) => record(video, n + 1, label)));
  }
  return store;
}

const fourVideos = { ant: 'ttt', bee: 'iiiii', cat: 'tit', dog: 'ttiit' };

describe('a search for a label', () => {
  it('reads the frames of those videos only in which it is seen', async () => {
    const store = await storeOf(fourVideos);
    const read = vi.spyOn(store, 'glimpses');
    const search = { classes: { labels: [tabby.label], except: [] } };
    const { matches } = await findMatches(store, Object.keys(fourVideos), search, { maxSegments: 9 });
    expect(matches.map(({ video, frames, segmentCount }) => [video, frames, segmentCount])).toEqual([
      ['ant', 3, 1],
      ['dog', 3, 2],
      ['cat', 2, 2],
    ]);
    expect(read.mock.calls.map(([video]) => video).sort()).toEqual(['ant', 'cat', 'dog']);
  });

  it('keeps the best ones, and counts all', async () => {
    const store = await storeOf(fourVideos);
    const limits = { maxSegments: 9, limit: 1 };
    const of = (filter: object) => findMatches(store, Object.keys(fourVideos), filter, limits);
    expect(await of({ classes: { labels: [tabby.label], except: [] } })).toMatchObject({
      matches: [{ video: 'ant' }],
      found: 3,
    });
    expect(await of({ from: { frame: 4 } })).toMatchObject({
      matches: [{ video: 'bee', frames: 2 }],
      found: 2,
    });
  });
});

describe('a search for objects', () => {
  const [person, car] = ['person', 'car'].map((label, classIndex) => {
    const box: Box = [0, 0, 0.5, 0.5];
    return { label, classIndex, confidence: 0.9, box };
  }) as [DetectedObject, DetectedObject];
  const seen = new Map([
    ['p', [person]],
    ['b', [car, person]],
    ['c', [car]],
    ['.', []],
  ]);

  /** A letter for each frame says what it shows; a frame without a letter is not stored. */
  async function detected(letters: string): Promise<RecordStore> {
    const store = (await freshStore()).of({ ...version('detector'), facts: { detect: '{}' } });
    await store.claim({ video: 'street', fingerprint: 'ab'.repeat(32), sampling: 'every=1' });
    const records = Array.from(letters, (letter, n) => {
      const objects = seen.get(letter);
      return objects && record('street', n + 1, { ...(objects[0] ?? noObject), objects });
    });
    await store.save(records.filter((each) => each !== undefined));
    return store;
  }

  it('ends a segment where frames without them are in between, and not where frames are missing', async () => {
    const store = await detected('.pp.bc bp bb..p c');
    const segmentsOf = async (label: string, objects = {}) => {
      const filter = { classes: { labels: [label], except: [] }, objects };
      const { matches } = await findMatches(store, ['street'], filter, { maxSegments: 9 });
      return matches.flatMap(({ segments }) => segments.map((each) => [each.firstFrame, each.lastFrame]));
    };
    expect(await segmentsOf('person')).toEqual([
      [2, 3],
      [5, 5],
      [8, 12],
      [15, 15],
    ]);
    expect(await segmentsOf('car')).toEqual([
      [5, 8],
      [11, 12],
      [17, 17],
    ]);
    expect(await segmentsOf('car', { minCount: 2 })).toEqual([]);
    expect(await segmentsOf('nothing')).toEqual([
      [1, 1],
      [4, 4],
      [13, 14],
    ]);
  });
});

describe('the videos that are asked for', () => {
  it('are those that are named, each once and in this order, or all of them', async () => {
    const store = await storeOf({ ant: 't', bee: 't', cat: 't' });
    const named = async (...names: string[]) => (await findVideos(store, names)).map(({ video }) => video);
    expect(await named('cat', 'ant', 'cat')).toEqual(['cat', 'ant']);
    expect(await named()).toEqual(['ant', 'bee', 'cat']);
    await expect(named('ant', 'catt')).rejects.toMatchObject({ code: 'NO_SUCH_VIDEO' });
  });

  it('cannot be all of them where there is none', async () => {
    await expect(findVideos(await freshStore(), [])).rejects.toMatchObject({
      ...{ code: 'NO_SUCH_VIDEO', message: 'no video is stored yet' },
      hint: expect.stringMatching(/mvs produce.*mvs consume.*mvs lag/) as string,
    });
  });
});

it('a long video is read no further than to the page in which somebody interrupts', async () => {
  const store = await storeOf({ cat: 'ttt' });
  const [info] = await findVideos(store, ['cat']);
  const reason = new Error('enough');
  if (!info) throw new Error('the video is not there');
  await expect(
    answerInDetail(store, info, { maxSegments: 9, signal: AbortSignal.abort(reason) }),
  ).rejects.toBe(reason);
});
