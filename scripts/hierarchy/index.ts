/**
 * Writes the hierarchies of the classes of ImageNet, Open Images (the bundled detector) and COCO from WordNet 3.0: `npm run hierarchy`.
 * npm downloads WordNet.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { build, type BuiltHierarchy } from './build.js';
import { imageNetNotes, notes } from './corrections.js';
import { imageNetSynsets } from './imagenet.js';
import { mappedSynsets } from './mapped.js';
import { readWordNet } from './wordnet.js';

const models = path.resolve(import.meta.dirname, '../../models');
const wordnet = await readWordNet();

const imageNet = await labelsIn('efficientnet-lite0/labels.json');
await write(
  'efficientnet-lite0/hierarchy.json',
  build(wordnet, imageNetSynsets(imageNet, wordnet), { notes: imageNetNotes }),
);

const openImages = await mappedSynsets(
  'open-images.json',
  await labelsIn('ssd-mobilenetv2/labels.json'),
  wordnet,
);
await write(
  'ssd-mobilenetv2/hierarchy.json',
  build(openImages.wordnet, openImages.classes, { notes, fewClasses: true }),
);

const preset = parse(await readFile(path.join(models, 'presets/centernet.yaml'), 'utf8')) as {
  readonly labels: readonly string[];
};
const coco = await mappedSynsets('coco.json', preset.labels, wordnet);
await write('presets/coco.hierarchy.json', build(coco.wordnet, coco.classes, { notes, fewClasses: true }));

async function labelsIn(file: string): Promise<string[]> {
  return JSON.parse(await readFile(path.join(models, file), 'utf8')) as string[];
}

async function write(file: string, { classes, levels, irregular, concepts }: BuiltHierarchy): Promise<void> {
  const entries = Object.entries(concepts).map(([id, concept]) => `  "${id}": ${JSON.stringify(concept)}`);
  const parts = {
    about: JSON.stringify('WordNet 3.0, Copyright 2006 by Princeton University. Licence: LICENSE.wordnet'),
    classes: JSON.stringify(classes),
    levels: JSON.stringify(levels),
    irregular: JSON.stringify(irregular),
    concepts: `{\n${entries.join(',\n')}\n }`,
  };
  const text = Object.entries(parts).map(([name, json]) => ` "${name}": ${json}`);
  await writeFile(path.join(models, file), `{\n${text.join(',\n')}\n}\n`);
}
