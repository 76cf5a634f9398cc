import { describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/core/classifier/load-model.js';
import { readHierarchy } from '../../../src/core/concepts/hierarchy-file.js';
import { conceptsOf } from '../../../src/core/report/concepts.js';

interface Video {
  readonly video: string;
  readonly concepts?: unknown;
}

type Search = (
  text: string,
  rows: readonly { readonly video: Video; readonly labels: readonly string[] }[],
) => (video: Video, label: string) => boolean;

/** A script of the page, which has no types. */
const script = new URL('../../../assets/report/search.js', import.meta.url).href;
const { search } = (await import(script)) as { readonly search: Search };

const { labels, hierarchy: file = '' } = await loadModel('efficientnet-lite0');
const hierarchy = await readHierarchy(file, labels);

function videoOf(video: string, starts: readonly string[]): { video: Video; labels: string[] }[] {
  const shown = starts.map((start) => {
    const classIndex = labels.findIndex((label) => label.startsWith(start));
    const place = { count: 1, meanConfidence: 1, firstFrame: 1, lastFrame: 1, firstTime: 0, lastTime: 0 };
    return { label: labels[classIndex] ?? '', classIndex, ...place };
  });
  const concepts = conceptsOf(hierarchy, shown);
  return shown.map(({ label }) => ({ video: { video, concepts }, labels: [label] }));
}

const rows = [
  ...videoOf('yard', ['beagle', 'pug', 'hotdog', 'goose', 'ocarina', 'bald eagle']),
  ...videoOf('street', ['cab, hack', 'bullet train', 'cocker spaniel', 'caldron']),
];

describe('the search of a report', () => {
  it.each([
    ['dogs', ['beagle', 'pug', 'cocker spaniel']],
    ['Hot Dog', ['hotdog']],
    ['car', ['cab']],
    ['vehicles', ['cab', 'bullet train']],
    ['geese', ['goose']],
    ['birds of prey', ['bald eagle']],
    ['*train*', ['bullet train']],
    ['*T*r??n', ['bullet train']],
    [`${'*e'.repeat(40)}*`, []],
    ['beagle', ['beagle']],
    ['pug dog', ['pug']],
    ['bea', ['beagle']],
    ['street dog', ['cocker spaniel']],
    ['street', ['cab', 'bullet train', 'cocker spaniel', 'caldron']],
    ['dog:toy', []],
    ['pot:utensil', ['caldron']],
    ['bluebottle', []],
    ['', rows.map(({ labels: [label = ''] }) => label.split(',')[0])],
  ])('%s finds %j', (text, found) => {
    const fits = search(text, rows);
    const fitting = rows.filter(({ video, labels: [label = ''] }) => fits(video, label));
    expect(fitting.map(({ labels: [label = ''] }) => label.split(',')[0])).toEqual(found);
  });

  it('understands words of labels where no hierarchy is known', () => {
    const plain = [
      { video: { video: 'a' }, labels: ['tabby, tabby cat'] },
      { video: { video: 'b' }, labels: ['caldron'] },
    ];
    const found = (text: string) =>
      plain.filter(({ video, labels: [label = ''] }) => search(text, plain)(video, label));
    expect(found('cats').map(({ video }) => video.video)).toEqual(['a']);
    expect(found('cald').map(({ video }) => video.video)).toEqual(['b']);
  });

  it('finds names with symbols, and those in the other form of Unicode', () => {
    const plain = ['C', 'C++', '🐈', 'cafe\u{301}'].map((label) => ({
      video: { video: 'v' },
      labels: [label],
    }));
    const found = (text: string) =>
      plain.flatMap(({ video, labels: [label = ''] }) => (search(text, plain)(video, label) ? [label] : []));
    expect(['c++', '🐈', 'CAF\u{c9}'].map(found)).toEqual([['C++'], ['🐈'], ['cafe\u{301}']]);
  });

  it('has only the concepts that a video needs', () => {
    const [{ video } = { video: {} }] = rows;
    const { concepts } = video as { concepts: { names: string[]; labels: string[] }[] };
    expect(concepts.length).toBeLessThan(60);
    expect(concepts.flatMap(({ names }) => names)).not.toContain('cat');
  });
});
