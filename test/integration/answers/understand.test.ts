import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { groupsOf, understand } from '../../../src/core/answers/understand.js';
import { silentLog } from '../../../src/core/base/log.js';
import { imageNetLabels } from '../../../src/core/classifier/load-model.js';
import { labelsDigest } from '../../../src/core/classifier/version.js';
import { parseHierarchy } from '../../../src/core/concepts/hierarchy-file.js';
import { unknownDigest } from '../../../src/core/frames/model-version.js';
import { openHierarchy } from '../../../src/open/hierarchy.js';
import { record, runOf } from '../../contract/store/store.js';
import { description } from '../../support/tiny-model.js';
import { version } from '../../support/versions.js';
import { freshStore, freshStoreUrl, openStoreAt } from '../../support/fresh.js';

const beagle = { label: 'beagle', classIndex: 0, confidence: 0.6 };
const tabby = { label: 'tabby', classIndex: 1, confidence: 0.3 };

it('without a hierarchy, words mean labels of further predictions too, if these are looked at', async () => {
  const store = await freshStore();
  await store.save([record('yard', 1, { ...beagle, top: [beagle, tabby] })]);
  const meant = async (further: boolean) => {
    const words = { labels: ['tabby'], notLabels: ['*by'], further };
    const { question } = await understand(store, ['yard'], words, undefined);
    return [question.classes?.labels, question.notClasses?.labels];
  };
  expect(await meant(true)).toEqual([['tabby'], ['tabby']]);
  expect(await meant(false)).toEqual([[], []]);
});

/** An edition of the network that has labels other than those that were stored. */
const hierarchy = parseHierarchy(
  JSON.stringify({
    classes: ['tabby', 'beagle', 'crane', 'crane2'],
    concepts: {
      dog: { names: ['dog'] },
      ...{ tabby: {}, beagle: { above: ['dog'] }, crane: {}, crane2: {} },
    },
  }),
  ['tabby', 'beagle', 'crane', 'crane'],
  'here',
);

it('records of an earlier mvs with other labels are found by words in these labels', async () => {
  const url = freshStoreUrl();
  const labels = ['beagle', 'police dog', 'face'];
  const earlier = await openStoreAt(url);
  await earlier.claim(runOf('yard'));
  await earlier.save(labels.map((label, n) => record('yard', n + 1, { label })));
  const store = await openStoreAt(url);
  expect(store.version?.digest).toBe(unknownDigest);
  const meant = async (text: string) => {
    const words = { labels: [text], notLabels: [] };
    return (await understand(store, ['yard'], words, hierarchy)).question.classes;
  };
  expect(await meant('dog')).toEqual({ labels: ['beagle', 'police dog'], except: [] });
  expect(await meant('police')).toEqual({ labels: ['police dog'], except: [] });
  expect(await meant('*ce*')).toEqual({ labels: ['face', 'police dog'], except: [] });
  expect(await meant('face')).toEqual({ labels: ['face'], except: [] });
});

it('a class is grouped only if its label is that of the hierarchy', () => {
  const nameOf = groupsOf(hierarchy, 1);
  expect(nameOf({ label: 'lorry', classIndex: 1 })).toBeUndefined();
  expect(nameOf({ label: 'beagle', classIndex: 1 })).toBe('dog');
});

it('the hierarchy in the database, or that of ImageNet, is used if the network on this machine is damaged', async () => {
  const cache = await mkdtemp(join(tmpdir(), 'mvs-damaged-'));
  onTestFinished(() => rm(cache, { recursive: true, force: true }));
  const folder = join(cache, 'models', 'damaged');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.yaml'), `${description}files: { onnx: missing.onnx }\n`);
  await writeFile(join(folder, 'labels.json'), '["red"]');
  const facts = { labels: labelsDigest(await imageNetLabels()) };
  const store = (await freshStore()).of({ ...version('damaged'), facts });
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (message: string) => warnings.push(message) };
  const opened = () => openHierarchy(store, { home: cache, cache }, log);
  expect((await opened())?.named('dog').usual).toHaveLength(1);
  expect(warnings).toEqual([expect.stringMatching(/missing\.onnx, which is not there; its concepts/)]);
  const content = { classes: ['red'], concepts: { red: { names: ['colour'] } } };
  const text = JSON.stringify({ labels: ['red'], hierarchy: JSON.stringify(content) });
  await store.keepHierarchy(version('damaged'), text);
  expect((await opened())?.labels).toEqual(['red']);
  await store.keepHierarchy(version('damaged'), '{}');
  expect((await opened())?.named('dog').usual).toHaveLength(1);
});
