import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { loadModel } from '../../../src/core/classifier/load-model.js';
import type { Model } from '../../../src/core/classifier/model.js';
import { versionOf } from '../../../src/core/classifier/version.js';
import { chooseVersion, versionId } from '../../../src/core/frames/model-version.js';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'mvs-version-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

/** A description with files of this content; nothing loads it. */
async function modelWith(files: Readonly<Record<string, string>>, main: Model['files']): Promise<Model> {
  const at = await folder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(at, name)), { recursive: true });
    await writeFile(join(at, name), content, 'latin1');
  }
  const paths = Object.entries(main).map(([format, name]) => [format, join(at, name)]);
  return { ...(await loadModel('efficientnet-lite0')), files: Object.fromEntries(paths) as Model['files'] };
}

const digestOf = async (model: Model): Promise<string> => (await versionOf(model)).digest;
/** How ONNX names a file with weights: `external_data { key: "location" value: "w.bin" }`. */
const external = '\x0a\x08location\x12\x05w.bin';

it('is the same wherever the files are, whatever number of predictions is kept, and whatever the classes are said to be', async () => {
  const files = { 'n.onnx': 'weights' };
  const [here, there] = [
    await modelWith(files, { onnx: 'n.onnx' }),
    await modelWith(files, { onnx: 'n.onnx' }),
  ];
  expect(await digestOf(here)).toBe(await digestOf({ ...there, topK: 5, hierarchy: '/else' }));
});

it('is the same if one of the files of a description is named', async () => {
  const byName = await loadModel('efficientnet-lite0');
  const { onnx = '', tfjs = '' } = byName.files;
  for (const file of [onnx, tfjs]) expect(await digestOf(await loadModel(file))).toBe(await digestOf(byName));
});

it('changes with whatever decides the output', async () => {
  const model = await modelWith({ 'n.onnx': 'weights' }, { onnx: 'n.onnx' });
  const others: Model[] = [
    { ...model, name: 'other' },
    { ...model, input: { ...model.input, mean: [0, 0, 1] } },
    { ...model, resize: { ...model.resize, kernel: 'nearest' } },
    { ...model, output: model.output === 'logits' ? 'probabilities' : 'logits' },
    { ...model, labels: model.labels.toReversed() },
    await modelWith({ 'n.onnx': 'other weights' }, { onnx: 'n.onnx' }),
  ];
  const digests = new Set(await Promise.all([model, ...others].map(digestOf)));
  expect(digests.size).toBe(others.length + 1);
});

it('of a detector changes with what its outputs mean, and with its limits', async () => {
  const model = await modelWith({ 'n.onnx': 'weights' }, { onnx: 'n.onnx' });
  const yolo = { form: 'yolo', minScore: 0.4, maxOverlap: 0.5, maxObjects: 100 } as const;
  const detectors: Model[] = [
    model,
    { ...model, detect: yolo },
    { ...model, detect: { ...yolo, form: 'yolov5' } },
    { ...model, detect: { ...yolo, minScore: 0.5 } },
    { ...model, detect: { ...yolo, maxOverlap: 0.6 } },
  ];
  expect(new Set(await Promise.all(detectors.map(digestOf))).size).toBe(detectors.length);
});

it('of a bundled classifier is that of all releases that have it: results of theirs stay results of this version', async () => {
  expect(versionId(await versionOf(await loadModel('efficientnet-lite0')))).toBe(
    'efficientnet-lite0@0933c0e3ff33',
  );
  expect(versionId(await versionOf(await loadModel('efficientnet-lite0-int8')))).toBe(
    'efficientnet-lite0-int8@1eb38034de3a',
  );
});

it('covers weights that are in files beside the network', async () => {
  const onnx = (weights: string) => modelWith({ 'n.onnx': external, 'w.bin': weights }, { onnx: 'n.onnx' });
  expect(await digestOf(await onnx('one'))).not.toBe(await digestOf(await onnx('two')));
  // In a folder, under a name whose length takes two bytes.
  const long = `part/${'w'.repeat(150)}`;
  const far = `\x0a\x08location\x12${String.fromCharCode(128 + (long.length % 128), Math.floor(long.length / 128))}${long}`;
  const below = (weights: string) => modelWith({ 'n.onnx': far, [long]: weights }, { onnx: 'n.onnx' });
  expect(await digestOf(await below('one'))).not.toBe(await digestOf(await below('two')));
  const json = JSON.stringify({ weightsManifest: [{ paths: ['w.bin'] }] });
  const tfjs = (weights: string) =>
    modelWith({ 'model.json': json, 'w.bin': weights }, { tfjs: 'model.json' });
  expect(await digestOf(await tfjs('one'))).not.toBe(await digestOf(await tfjs('two')));
});

it('is found by its name, or by name and the start of the digest', () => {
  const [a1, a2, b] = ['1a', '2b', '3c'].map((digits, n) => {
    return { name: n < 2 ? 'a' : 'b', digest: digits.repeat(32), facts: {} };
  });
  const all = [a1, a2, b].flatMap((each) => each ?? []);
  expect(chooseVersion(all, 'b')).toBe(b);
  expect(chooseVersion(all, 'a@2b2b')).toBe(a2);
  expect(chooseVersion(all, a1 ? versionId(a1) : '')).toBe(a1);
  expect(() => chooseVersion(all, 'a')).toThrow('several versions');
  expect(() => chooseVersion(all, 'a@3c3c')).toThrow('no results');
  expect(() => chooseVersion(all, 'c')).toThrow('no results');
});
