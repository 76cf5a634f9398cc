import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundledFolder, bundledModels, loadModel } from '../../../src/core/classifier/load-model.js';
import { parseHierarchy, readHierarchy } from '../../../src/core/concepts/hierarchy-file.js';
import { classSetOf, meaningOf, nearNames, type Vocabulary } from '../../../src/core/concepts/meaning.js';
import { patternOf, synonymsOf } from '../../../src/core/concepts/words.js';

const { labels, hierarchy: file = '' } = await loadModel('efficientnet-lite0');
const hierarchy = await readHierarchy(file, labels);
const imageNet: Vocabulary = { labels, hierarchy };

/** The first synonym of each class that a text means. */
function classesOf(text: string, vocabulary = imageNet): string[] {
  return [...meaningOf(text, vocabulary).classes]
    .sort((a, b) => a - b)
    .map((index) => synonymsOf(vocabulary.labels[index] ?? '')[0] ?? '');
}

/** ImageNet's own numbering: the breeds of dogs are the classes 151 to 268. */
const breeds = labels.slice(151, 269).map((label) => synonymsOf(label)[0]);

describe('the hierarchy of ImageNet', () => {
  it('has the synset of every class, in the order of ImageNet', async () => {
    const { classes } = JSON.parse(await readFile(file, 'utf8')) as { classes: string[] };
    // Of the list of synsets that timm and others ship, one per line.
    const list = createHash('sha256')
      .update(classes.map((id) => `${id}\n`).join(''))
      .digest('hex');
    expect(list).toBe('70002b0ff5de60a3a17a82dbfcff291931f96225ddf941ad2e182fc39e183d15');
    expect(classes).toHaveLength(labels.length);
  });

  it('knows each class by the first name in its label', () => {
    for (const [index, label] of labels.entries()) {
      const names = synonymsOf(label);
      const { usual, rare } = hierarchy.named(names[0] ?? '');
      expect(
        [...usual, ...rare].flatMap(({ own }) => own),
        label,
      ).toContain(index);
    }
  });

  it('is that of all bundled networks with the labels of ImageNet', async () => {
    const networks = await Promise.all((await bundledModels()).map((name) => loadModel(name)));
    const classifiers = networks.filter((each) => each.labels.length === labels.length);
    expect(classifiers.length).toBeGreaterThan(1);
    for (const { name, hierarchy: its } of classifiers) expect(its, name).toBe(file);
    const sums = await readFile(join(bundledFolder, 'efficientnet-lite0', 'SHA256SUMS'), 'utf8');
    const sum = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    expect(sums).toContain(`${sum}  hierarchy.json\n`);
    expect(await readFile(join(dirname(file), 'LICENSE.wordnet'), 'utf8')).toContain('Princeton University');
  });
});

describe('a text that means', () => {
  it.each(['dog', 'dogs', 'Dog', 'domestic dog', 'Canis familiaris', 'n02084071'])(
    'dogs (%s) finds all breeds, and no hot dog, wolf or fox',
    (text) => {
      expect(classesOf(text)).toEqual(breeds);
    },
  );

  it.each(['cat', 'cats'])('cats (%s) finds cats, and no cockatoo or lion', (text) => {
    const cats = ['tabby', 'tiger cat', 'Persian cat', 'Siamese cat', 'Egyptian cat', 'cougar', 'lynx'];
    expect(classesOf(text)).toEqual(cats);
  });

  it('cars finds no ocarina, railway car or cable car', () => {
    const cars = [
      'ambulance',
      'beach wagon',
      'cab',
      'convertible',
      'jeep',
      'limousine',
      'minivan',
      'Model T',
    ];
    expect(classesOf('car')).toEqual([...cars, 'racer', 'sports car']);
  });

  it('vehicles finds what moves on roads, rails, water and in the air, and no container or wheel', () => {
    const found = classesOf('vehicles');
    const some = ['minibus', 'bullet train', 'moped', 'mountain bike', 'airliner', 'canoe', 'tank', 'jeep'];
    expect(found).toEqual(expect.arrayContaining(some));
    for (const no of ['car wheel', 'crate', 'stretcher', 'car mirror']) expect(found).not.toContain(no);
  });

  it('birds finds the crane that is a bird only', () => {
    const { classes } = meaningOf('birds', imageNet);
    expect(classes).toHaveLength(59);
    expect([...classes].filter((index) => labels[index] === 'crane')).toEqual([134]);
    expect(classSetOf(imageNet, [{ classes }]).except).toEqual([517]);
  });

  it.each([
    ['hot dog', ['hotdog']],
    ['hot dogs', ['hotdog']],
    ['cockatoo', ['sulphur-crested cockatoo']],
    ['ocarina', ['ocarina']],
    ['mice', ['mouse']],
    ['geese', ['goose']],
    ['knives', ['cleaver', 'letter opener']],
    ['birds of prey', ['kite', 'bald eagle', 'vulture', 'great grey owl']],
    ['t shirt', ['jersey']],
    ['coffee', ['espresso']],
    ['people', ['ballplayer', 'groom', 'scuba diver']],
    ['tabby, tabby cat', ['tabby']],
    ['lens', ['sunglass']],
    ['Model T', ['Model T']],
  ])('%s finds %j', (text, found) => {
    expect(classesOf(text)).toEqual(expect.arrayContaining(found));
    expect(classesOf(text).length).toBeLessThanOrEqual(found.length + 1);
  });

  it('nothing but words of labels finds these', () => {
    expect(classesOf('gold garden spider')).toContain('black and gold garden spider');
    expect(classesOf('man')).toEqual([]);
    expect(classesOf('haired')).toEqual([]);
    expect(classesOf('wire-haired')).toEqual(expect.arrayContaining(['wire-haired fox terrier']));
  });

  it('a pattern is compared with each synonym', () => {
    expect(classesOf('*terrier*')).toContain('Yorkshire terrier');
    expect(classesOf('*TERRIER')).toContain('Yorkshire terrier');
    expect(classesOf('terrier*')).toEqual([]);
    expect(classesOf('t?bby')).toEqual(['tabby']);
    expect(classesOf('cr(ne*')).toEqual([]);
  });

  it.each([
    ['*a*b?', 'aabbc', true],
    ['a*', 'a', true],
    ['*?', '', false],
    ['a**', 'b', false],
    ['?', '🐈', true],
    ['*σ', 'ΛΌΓΟς', true],
    ['a.c', 'abc', false],
    ['*a*c', 'abcd', false],
  ])('the pattern %s fits %s: %s', (text, label, fits) => {
    expect(patternOf(text)(label)).toBe(fits);
  });

  it('a pattern with many stars takes no time', () => {
    const began = performance.now();
    expect(patternOf(`${'*a'.repeat(12)}*b`)('a'.repeat(200))).toBe(false);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe('an ambiguous text', () => {
  it('finds all that it means, and says how to choose', () => {
    const { concepts, classes } = meaningOf('crane', imageNet);
    expect([...classes].sort()).toEqual([134, 517]);
    expect(concepts.map(({ choose }) => choose).sort()).toEqual(['crane:bird', 'crane:device']);
    for (const { choose, id } of concepts) {
      const meaning = meaningOf(choose, imageNet);
      expect(meaning.concepts.map((each) => each.id)).toEqual([id]);
      expect(meaning.classes).toHaveLength(1);
    }
  });

  it('is taken for what it usually means, and names the others', () => {
    const { concepts, others } = meaningOf('plane', imageNet);
    expect(concepts.map(({ names }) => names[0])).toEqual(['airplane']);
    expect(others.map(({ choose }) => choose)).toEqual(['plane:tool']);
    expect(classesOf('plane:tool')).toEqual(['plane']);
  });

  it('can always be told apart by what is proposed', () => {
    for (const { names } of hierarchy.concepts) {
      for (const name of names) {
        const { concepts, others } = meaningOf(name, imageNet);
        if (concepts.length + others.length < 2) continue;
        for (const { choose, id } of [...concepts, ...others])
          expect(
            meaningOf(choose, imageNet).concepts.map((each) => each.id),
            choose,
          ).toEqual([id]);
      }
    }
  });

  it('has a note where the network may surprise', () => {
    expect(meaningOf('person', imageNet).concepts[0]?.note).toMatch(/not trained to find people/);
    expect(meaningOf('mouse', imageNet).concepts[0]?.note).toMatch(/computer mouse/);
  });
});

describe('a text that means nothing', () => {
  const near = (text: string, vocabulary = imageNet) => nearNames(meaningOf(text, vocabulary), vocabulary);

  it('has near names, of concepts too', () => {
    expect(near('terier')).toContain('terrier');
    expect(near('tabyb')).toContain('tabby');
  });

  it('about people has no misspelt prison', () => {
    expect(near('woman')).toEqual(['person']);
    expect(classesOf('face')).toEqual([]);
    expect(near('person', { labels })).toEqual([]);
    expect(classesOf('person', { labels: ['person', 'car'] })).toEqual(['person']);
  });
});

describe('without a hierarchy', () => {
  it('words of labels and patterns are understood', () => {
    const vocabulary = { labels: ['tabby, tabby cat', 'Cacatua', 'hot dogs', 'dog house'] };
    expect(classesOf('cats', vocabulary)).toEqual(['tabby']);
    expect(classesOf('dog', vocabulary)).toEqual(['hot dogs', 'dog house']);
    expect(classesOf('*cat*', vocabulary)).toEqual(['tabby', 'Cacatua']);
    expect(classSetOf(vocabulary, [meaningOf('cat', vocabulary)])).toEqual({
      labels: ['tabby, tabby cat'],
      except: [],
    });
  });
});

describe('labels of any script', () => {
  const vocabulary = {
    labels: ['C', 'C++', 'C#', '🐈', '+', 'cafe\u{301} noir', 'बिल्ली', 'بِلّي', '10 €, ten'],
  };

  it.each([
    ['C++', ['C++']],
    ['c#', ['C#']],
    ['🐈', ['🐈']],
    ['+', ['+']],
    ['caf\u{e9}', ['cafe\u{301} noir']],
    ['CAF\u{c9}*', ['cafe\u{301} noir']],
    ['बिल्ली', ['बिल्ली']],
    // Without its vowels, which are marks.
    ['बल', []],
    ['10 €', ['10 €']],
    ['🐕', []],
  ])('%s finds %j', (text, found) => {
    expect(classesOf(text, vocabulary)).toEqual(found);
  });

  it('a concept has them too', () => {
    const content = JSON.stringify({ classes: ['c'], concepts: { c: { names: ['cafe\u{301}', '☕'] } } });
    const own = { labels: ['x'], hierarchy: parseHierarchy(content, ['x'], 'here') };
    for (const text of ['caf\u{e9}s', '☕']) expect(classesOf(text, own), text).toEqual(['x']);
  });
});

describe('levels', () => {
  const groups = (label: string) =>
    [1, 2, 3].map(
      (level) =>
        hierarchy.groupOf(
          labels.findIndex((each) => each.startsWith(label)),
          level,
        )?.names[0],
    );

  it('group classes from coarse to fine', () => {
    expect(groups('Yorkshire terrier')).toEqual(['dog', 'terrier', undefined]);
    expect(groups('dalmatian')).toEqual(['dog', undefined, undefined]);
    expect(groups('rocking chair')).toEqual(['furniture', 'chair', undefined]);
    expect(groups('convertible')).toEqual(['vehicle', 'car', undefined]);
    expect(groups('tabby')).toEqual(['cat', 'domestic cat', undefined]);
  });

  it('has a group for nearly every class', () => {
    const single = labels.filter((_, index) => hierarchy.groupOf(index, 1) === undefined);
    expect(single.length).toBeLessThan(15);
  });
});
