import { MongoClient } from 'mongodb';
import { describe, expect, it, test } from 'vitest';
import { matcher } from '../../../src/core/answers/filter.js';
import type { Box, DetectedObject, FrameRecord, Prediction } from '../../../src/core/frames/frame.js';
import { storeLayouts } from '../../../src/core/store/defaults.js';
import type { FrameFilter, FrameQuery, RecordStore } from '../../../src/core/store/port.js';
import { freshStoreUrl, openStoreAt } from '../../support/fresh.js';
import { version } from '../../support/versions.js';
import { record, runOf } from './store.js';

const labels = ['Person', 'Car', 'Crane', 'Crane'];
const nothing = { label: 'nothing', classIndex: -1, confidence: 0 };
/** Steps of edges and scores, so that many are equal to a limit. */
const steps = 8;

/** The same numbers in every run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const next = random(20);
const below = (limit: number): number => Math.floor(next() * limit);
const maybe = <T>(value: T): T | undefined => (below(2) === 0 ? value : undefined);

function someBox(): Box {
  const [x, y] = [below(steps), below(steps)];
  const size = (from: number): number => (1 + below(steps - from)) / steps;
  return [x / steps, y / steps, size(x), size(y)];
}

function someRecord(frame: number): FrameRecord {
  const objects = Array.from({ length: below(6) }, (): DetectedObject => {
    const classIndex = below(labels.length);
    const confidence = (1 + below(steps)) / steps;
    return { label: labels[classIndex] ?? '', classIndex, confidence, box: someBox() };
  }).sort((a, b) => b.confidence - a.confidence);
  const { label, classIndex, confidence } = objects[0] ?? nothing;
  return record('street', frame, { label, classIndex, confidence, objects });
}

function someFilter(): FrameFilter {
  const classes = {
    labels: [...labels, 'nothing'].filter(() => below(2) === 0),
    except: [[], [3]][below(2)] ?? [],
  };
  const [minCount, area] = [maybe(1 + below(3)), maybe(someBox())];
  const chosen = {
    classes: maybe(classes),
    notClasses: below(4) === 0 ? { labels: ['Car', 'Crane'], except: [2] } : undefined,
    minConfidence: maybe(below(steps) / steps),
    from: maybe({ frame: below(60) }),
  };
  const given = (some: object): object =>
    Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined));
  return { ...given(chosen), objects: given({ minCount, area }) };
}

/** What the documentation says, without regard to speed. */
function isMeant(frame: FrameRecord, filter: FrameFilter): boolean {
  const { classes, notClasses, minConfidence = 0, objects: { minCount, area } = {}, from } = filter;
  const isOf = (set: typeof classes, { label, classIndex }: { label: string; classIndex: number }) =>
    set !== undefined && set.labels.includes(label) && !set.except.includes(classIndex);
  const objects = frame.objects ?? [];
  const shown = objects.length > 0 ? objects : [nothing];
  if (from && 'frame' in from && frame.frame < from.frame) return false;
  if (shown.some((each) => isOf(notClasses, each))) return false;
  const count = (minCount === undefined && area === undefined ? shown : objects).filter((each) => {
    if (classes && !isOf(classes, each)) return false;
    if (each.confidence < minConfidence) return false;
    return !area || ('box' in each && sharedArea(each.box, area) > 0);
  }).length;
  return count >= (minCount ?? 1);
}

function sharedArea([x, y, width, height]: Box, [left, top, across, down]: Box): number {
  const shared = (a: number, along: number, b: number, size: number): number =>
    Math.max(0, Math.min(a + along, b + size) - Math.max(a, b));
  return shared(x, width, left, across) * shared(y, height, top, down);
}

const records = Array.from({ length: 120 }, (_, n) => someRecord(n + 1));
const filters = Array.from({ length: 200 }, someFilter);
const meantBy = (filter: FrameFilter): number[] =>
  records.filter((each) => isMeant(each, filter)).map(({ frame }) => frame);

async function filled(url: string, layout: (typeof storeLayouts)[number]): Promise<RecordStore> {
  const database = await openStoreAt(url, layout);
  const store = database.of({ ...version('detector'), facts: { detect: '{}' } });
  await store.claim(runOf('street'));
  await store.save(records);
  return store;
}

test('a second version, which is a detector, has every frame once and an index of its objects', async () => {
  for (const layout of storeLayouts) {
    const url = freshStoreUrl();
    const database = await openStoreAt(url, layout);
    await database.of(version('classifier')).claim(runOf('street'));
    const store = database.of({ ...version('detector'), facts: { detect: '{}' } });
    await store.claim(runOf('street'));
    await store.save(records);
    const numbers: number[] = [];
    for await (const frame of store.frameNumbers('street')) numbers.push(frame);
    expect(numbers).toEqual(records.map(({ frame }) => frame));
    expect(await found(store, {})).toEqual(numbers);
    expect(await indexesIn(url)).toContain('objects.label');
  }
});

async function indexesIn(url: string): Promise<string[]> {
  await using client = await MongoClient.connect(url);
  const collections = await client.db().collections();
  const indexes = await Promise.all(collections.map((each) => each.indexes()));
  return indexes.flat().flatMap(({ key }) => Object.keys(key));
}

async function found(store: RecordStore, query: FrameQuery): Promise<number[]> {
  const frames: number[] = [];
  for await (const { frame } of store.frames('street', query)) frames.push(frame);
  return frames;
}

describe('conditions for objects', () => {
  it('are of many kinds here: some find nothing, some everything, most a part', () => {
    const counts = filters.map((filter) => meantBy(filter).length);
    expect(counts.filter((count) => count > 0 && count < records.length).length).toBeGreaterThan(100);
  });

  it.each(storeLayouts)('find the same in memory and in a database, laid out as %s', async (layout) => {
    const url = freshStoreUrl();
    const store = await filled(url, layout);
    const glimpsed: number[][] = filters.map(() => []);
    for await (const page of store.glimpses('street', 'objects'))
      filters.forEach((filter, n) =>
        glimpsed[n]?.push(...page.filter(matcher(filter)).map(({ frame }) => frame)),
      );
    const cars = { classes: { labels: ['Car'], except: [] }, objects: {} };
    const narrowed: number[] = [];
    for await (const page of store.glimpses('street', 'objects', cars))
      narrowed.push(...page.map(({ frame }) => frame));
    expect(narrowed).toEqual(meantBy(cars));
    for (const [n, filter] of filters.entries()) {
      const meant = meantBy(filter);
      expect(await found(store, filter), JSON.stringify(filter)).toEqual(meant);
      expect(glimpsed[n], JSON.stringify(filter)).toEqual(meant);
    }
    expect(await indexesIn(url)).toContain('objects.label');
    const [two] = [{ objects: { minCount: 2 }, limit: 3, order: { by: 'frame', descending: true } } as const];
    expect(await found(store, two)).toEqual(meantBy(two).toReversed().slice(0, 3));
    expect([...(await store.labels('street'))].sort()).toEqual(['Car', 'Crane', 'Person', 'nothing']);
  });

  it.each(storeLayouts)('have their classes counted once in each frame, laid out as %s', async (layout) => {
    const store = await filled(freshStoreUrl(), layout);
    const keyOf = ({ label, classIndex }: Pick<Prediction, 'label' | 'classIndex'>): string =>
      `${label} ${classIndex}`;
    const setOf = (classes: readonly Pick<Prediction, 'label' | 'classIndex'>[]): string =>
      [...new Set(classes.map(keyOf))].sort().join();
    const meant: Record<string, number> = {};
    for (const { objects = [] } of records) {
      const key = setOf(objects.length > 0 ? objects : [nothing]);
      meant[key] = (meant[key] ?? 0) + 1;
    }
    const counted: Record<string, number> = {};
    for await (const { classes, count } of store.combinations('street')) {
      expect(new Set(classes.map(keyOf)).size).toBe(classes.length);
      counted[setOf(classes)] = (counted[setOf(classes)] ?? 0) + count;
    }
    expect(Object.keys(meant).length).toBeGreaterThan(10);
    expect(counted).toEqual(meant);
  });
});
