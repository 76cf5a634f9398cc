import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundledFolder, loadModel } from '../../../src/core/classifier/load-model.js';
import { readHierarchy } from '../../../src/core/concepts/hierarchy-file.js';
import type { Hierarchy } from '../../../src/core/concepts/hierarchy.js';
import { meaningOf, type Vocabulary } from '../../../src/core/concepts/meaning.js';
import { synonymsOf } from '../../../src/core/concepts/words.js';
import { presetClasses } from '../../../src/core/models/presets.js';

interface Known extends Vocabulary {
  readonly hierarchy: Hierarchy;
}

async function vocabularyOf(file: string, labels: readonly string[]): Promise<Known> {
  return { labels, hierarchy: await readHierarchy(file, labels) };
}

async function bundled(name: string): Promise<Known> {
  const { labels, hierarchy = '' } = await loadModel(name);
  return vocabularyOf(hierarchy, labels);
}

const imageNet = await bundled('efficientnet-lite0');
const openImages = await bundled('ssd-mobilenetv2');
const [preset] = await presetClasses();
const coco = await vocabularyOf(preset?.hierarchy ?? '', preset?.labels ?? []);

/** The first synonym of each class that a text means. */
function classesOf(text: string, vocabulary: Vocabulary): string[] {
  const { classes } = meaningOf(text, vocabulary);
  return [...classes].sort((a, b) => a - b).map((at) => synonymsOf(vocabulary.labels[at] ?? '')[0] ?? '');
}

describe('everyday words mean classes of ImageNet', () => {
  const few = {
    wolves: ['timber wolf', 'white wolf', 'red wolf', 'coyote'],
    'big cats': ['leopard', 'snow leopard', 'jaguar', 'lion', 'tiger', 'cheetah'],
    bear: ['brown bear', 'American black bear', 'ice bear', 'sloth bear'],
    horse: ['sorrel'],
    cow: ['ox'],
    sheep: ['ram'],
    pigs: ['hog'],
    sharks: ['great white shark', 'tiger shark', 'hammerhead'],
    butterflies: ['admiral', 'ringlet', 'monarch', 'cabbage butterfly', 'sulphur butterfly', 'lycaenid'],
    ducks: ['drake', 'red-breasted merganser'],
    parrot: ['African grey', 'macaw', 'sulphur-crested cockatoo', 'lorikeet'],
    owl: ['great grey owl'],
    buses: ['minibus', 'school bus', 'trolleybus'],
    bicycle: ['bicycle-built-for-two', 'mountain bike'],
    motorbike: ['moped'],
    trains: ['bullet train'],
    boats: ['canoe', 'fireboat', 'gondola', 'lifeboat', 'speedboat', 'yawl'],
    airplane: ['airliner', 'warplane'],
    chairs: ['barber chair', 'folding chair', 'rocking chair', 'throne'],
    sofa: ['studio couch'],
    shoes: ['Loafer', 'running shoe', 'sandal'],
    guitar: ['acoustic guitar', 'electric guitar'],
    piano: ['grand piano', 'upright'],
    phones: ['cellular telephone', 'dial telephone', 'pay-phone'],
    'cell phone': ['cellular telephone'],
    tv: ['television'],
    taxi: ['cab'],
    vans: ['minivan', 'moving van', 'police van'],
    ladybirds: ['ladybug'],
    apple: ['Granny Smith'],
    kitten: ['tabby', 'tiger cat', 'Persian cat', 'Siamese cat', 'Egyptian cat', 'cougar', 'lynx'],
  };
  it.each(Object.entries(few))('%s', (text, classes) => {
    expect(classesOf(text, imageNet)).toEqual(classes);
  });

  const many = {
    animals: {
      count: 398,
      some: ['tench', 'tabby', 'cock', 'scorpion', 'sea cucumber'],
      no: ['teddy', 'hotdog'],
    },
    birds: { count: 59, some: ['cock', 'sulphur-crested cockatoo', 'king penguin'], no: ['bittersweet'] },
    puppies: { count: 118, some: ['Chihuahua', 'Mexican hairless'], no: ['axolotl', 'timber wolf', 'dingo'] },
    vehicles: {
      count: 71,
      some: ['missile', 'airliner', 'canoe'],
      no: ['car wheel', 'ocarina', 'car mirror'],
    },
    furniture: { count: 22, some: ['desk', 'throne', 'studio couch'], no: ['shoji', 'window shade'] },
    food: { count: 48, some: ['hotdog', 'espresso', 'banana'], no: ['plate rack', 'dining table'] },
    clothing: { count: 46, some: ['jersey', 'sombrero', 'suit'], no: ['clothes iron', 'washer'] },
    buildings: { count: 14, some: ['church', 'barn'], no: ['dome', 'doormat', 'birdhouse'] },
    tools: { count: 14, some: ['hammer', 'screwdriver'], no: ['toolshed', 'stethoscope'] },
    'musical instruments': { count: 26, some: ['ocarina', 'cello'], no: ['syringe', 'revolver'] },
  };
  it.each(Object.entries(many))('%s', (text, { count, some, no }) => {
    const found = classesOf(text, imageNet);
    expect(found).toHaveLength(count);
    expect(found).toEqual(expect.arrayContaining(some));
    for (const each of no) expect(found).not.toContain(each);
  });
});

describe('the hierarchies of detectors', () => {
  it('are those in the list of checksums', async () => {
    const folder = join(bundledFolder, 'ssd-mobilenetv2');
    const sum = createHash('sha256')
      .update(await readFile(join(folder, 'hierarchy.json')))
      .digest('hex');
    expect(await readFile(join(folder, 'SHA256SUMS'), 'utf8')).toContain(`${sum}  hierarchy.json\n`);
  });

  it.each([
    ['Open Images', openImages, 23],
    ['COCO', coco, 80],
  ] as const)('of %s know each class by its label, and no other by it', (_, vocabulary, count) => {
    expect(vocabulary.labels).toHaveLength(count);
    for (const [index, label] of vocabulary.labels.entries()) {
      const { concepts, classes } = meaningOf(label, vocabulary);
      expect([...classes], label).toContain(index);
      // Above a class there may be others: a car is a vehicle, and a desk a table.
      const below = new Set(concepts.flatMap(({ id }) => vocabulary.hierarchy.classesBelow(id)));
      expect(classes, label).toEqual(below);
    }
  });

  const meant: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
    vehicles: [
      ['Bicycle', 'Vehicle', 'Car'],
      ['bicycle', 'car', 'motorcycle', 'airplane', 'bus', 'train', 'truck', 'boat', 'skateboard'],
    ],
    animal: [
      ['Cattle', 'Cat', 'Dog'],
      ['bird', 'cat', 'dog', 'horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra', 'giraffe'],
    ],
    furniture: [
      ['Chair', 'Desk', 'Table'],
      ['bench', 'chair', 'couch', 'bed', 'dining table'],
    ],
    people: [['Person'], ['person']],
    humans: [['Person'], ['person']],
    cow: [['Cattle'], ['cow']],
    dogs: [['Dog'], ['dog']],
    cars: [['Car'], ['car']],
    bear: [[], ['bear']],
    mice: [['Computer mouse'], ['mouse']],
    computer: [['Laptop'], ['laptop']],
    footwear: [['Boot', 'High heels', 'Footwear'], []],
    'electronic device': [['Computer mouse', 'Computer monitor'], ['mouse']],
    bag: [[], ['backpack', 'handbag', 'suitcase']],
    fruit: [[], ['banana', 'apple', 'orange']],
    cake: [[], ['cake']],
    plate: [[], []],
    ocarina: [[], []],
  };
  it.each(Object.entries(meant))('%s', (text, [ofOpenImages, ofCoco]) => {
    expect(classesOf(text, openImages)).toEqual(ofOpenImages);
    expect(classesOf(text, coco)).toEqual(ofCoco);
  });

  it('have groups, and say nothing about people that is wrong', () => {
    const groups = (level: number) => (label: string) =>
      openImages.hierarchy.groupOf(openImages.labels.indexOf(label), level)?.names[0];
    const labels = ['Car', 'Vehicle', 'Chair', 'Dog', 'Cattle', 'Person', 'Mug'];
    expect(labels.map(groups(1))).toEqual([
      'vehicle',
      'vehicle',
      'furniture',
      'dog',
      'animal',
      'person',
      'container',
    ]);
    expect(meaningOf('person', openImages).concepts[0]?.note).toBeUndefined();
  });
});
