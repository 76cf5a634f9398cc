import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadModel } from '../../../src/core/classifier/load-model.js';
import { exampleYaml } from '../../../src/core/classifier/model-yaml.js';

const yaml = `name: pets
input: { width: 32, height: 16, colorOrder: bgr, mean: [1, 2, 3], std: [4, 5, 6] }
resize: { mode: squash, fraction: 1, kernel: linear }
output: logits
labels: labels.json
files: { onnx: pets.onnx, tfjs: web/model.json }
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mvs-model-'));
  await mkdir(join(folder, 'web'));
  await Promise.all([
    write('model.yaml', yaml),
    write('labels.json', '["cat", "dog"]'),
    write('pets.onnx', ''),
    write('web/model.json', '{}'),
  ]);
});
afterEach(() => rm(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const write = (name: string, text: string) => writeFile(at(name), text);
const hintOf = (path: string) =>
  loadModel(path).then(String, (error: unknown) => (error as { hint?: string }).hint);

describe('a model description', () => {
  test('is read from its folder, with absolute paths and labels', async () => {
    expect(await loadModel(folder)).toEqual({
      name: 'pets',
      input: { width: 32, height: 16, colorOrder: 'bgr', mean: [1, 2, 3], std: [4, 5, 6] },
      resize: { mode: 'squash', fraction: 1, kernel: 'linear' },
      output: 'logits',
      labels: ['cat', 'dog'],
      files: { onnx: at('pets.onnx'), tfjs: at('web/model.json') },
    });
  });

  test('is found beside the file that is named, which is then the only one used', async () => {
    expect((await loadModel(at('pets.onnx'))).files).toEqual({ onnx: at('pets.onnx') });
    for (const path of ['web', 'web/model.json']) {
      expect((await loadModel(at(path))).files).toEqual({ tfjs: at('web/model.json') });
    }
    expect((await loadModel(at('model.yaml'))).files).toHaveProperty('onnx');
  });

  test('of a detector has the form of its outputs, with the usual limits', async () => {
    const detector = yaml
      .replace('output: logits', 'task: detect\noutput: { form: yolo, minScore: 0.25 }')
      .replace('mode: squash, fraction: 1', 'mode: letterbox');
    await write('model.yaml', detector);
    expect(await loadModel(folder)).toMatchObject({
      resize: { mode: 'letterbox', fraction: 1, kernel: 'linear', bars: 114, align: 'center' },
      output: 'probabilities',
      detect: { form: 'yolo', minScore: 0.25, maxOverlap: 0.5, maxObjects: 100 },
    });
    await write('model.yaml', detector.replace('minScore', 'score'));
    await expect(loadModel(folder)).rejects.toThrow(/output\.score/);
    await write('model.yaml', detector.replace('form: yolo', 'form: yolo99'));
    await expect(loadModel(folder)).rejects.toThrow(/output\.form.*"yolox"/);
  });

  test('takes other labels on request: a list, lines, or the index that Keras has', async () => {
    await write('lines.txt', 'katze\nhund\n');
    await write('index.json', '{"0": ["n1", "chat"], "1": ["n2", "chien"]}');
    expect((await loadModel(folder, { labels: at('lines.txt') })).labels).toEqual(['katze', 'hund']);
    expect((await loadModel(folder, { labels: at('index.json') })).labels).toEqual(['chat', 'chien']);
  });

  test('may name the layout, and how many predictions to keep', async () => {
    await write(
      'model.yaml',
      yaml.replace('bgr,', 'bgr, layout: nhwc,').replace('output:', 'topK: 5\noutput:'),
    );
    expect(await loadModel(folder)).toMatchObject({ input: { layout: 'nhwc' }, topK: 5 });
  });

  test('comes with the package', async () => {
    const model = await loadModel('efficientnet-lite0');
    expect(model.labels).toHaveLength(1000);
    expect(model.input).toMatchObject({ width: 224, height: 224, colorOrder: 'rgb' });
  });
});

describe('an error', () => {
  test.each<[string, string, string, RegExp]>([
    ['a value of the wrong type', 'width: 32', 'width: wide', /model\.yaml: input\.width: .*number/],
    ['a misspelt key', 'output:', 'outputs:', /output: .*outputs/],
    ['an impossible fraction', 'fraction: 1', 'fraction: 1.5', /resize\.fraction/],
    ['a division by zero', 'std: [4, 5, 6]', 'std: [4, 0, 6]', /input\.std: must not contain 0/],
    ['an unknown layout', 'bgr,', 'bgr, layout: chw,', /input\.layout/],
    ['no predictions', 'output:', 'topK: 0\noutput:', /topK/],
    ['broken YAML', 'name: pets', 'name: [pets', /cannot read .*model\.yaml/],
    ['a network file that is missing', 'pets.onnx', 'dogs.onnx', /names .*dogs\.onnx, which is not there/],
    [
      'no network file at all',
      'files: { onnx: pets.onnx, tfjs: web/model.json }',
      '',
      /names no network file/,
    ],
    ['missing labels', 'labels.json', 'names.json', /cannot take labels from .*names\.json/],
  ])('names the file and %s', async (_, from, to, message) => {
    await write('model.yaml', yaml.replace(from, to));
    await expect(loadModel(folder)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(message) as string,
      hint: expect.any(String) as string,
    });
  });

  test('labels may begin with the mark that Windows programs write', async () => {
    await write('labels.json', '\ufeff["cat", "dog"]');
    await write('lines.txt', '\ufeffkatze\r\nhund\r\n');
    expect((await loadModel(folder)).labels).toEqual(['cat', 'dog']);
    expect((await loadModel(folder, { labels: at('lines.txt') })).labels).toEqual(['katze', 'hund']);
  });

  test.each(['{"a": 1}', '[]', '[1, 2]', 'nonsense'])('refuses %s as labels', async (text) => {
    await write('labels.json', text);
    await expect(loadModel(folder)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  });

  test('lists the bundled models for a name that nobody knows', async () => {
    await expect(loadModel('resnet-9000')).rejects.toThrow('there is no model "resnet-9000"');
    expect(await hintOf('resnet-9000')).toContain('efficientnet-lite0');
  });

  test('shows what to write beside an ONNX file that has no description', async () => {
    await rm(at('model.yaml'));
    expect(await hintOf(at('pets.onnx'))).toContain(exampleYaml);
    expect(await hintOf(folder)).toContain('model.yaml');
  });

  test('says what a model can be where the file is something else', async () => {
    await expect(loadModel(at('labels.json'))).rejects.toThrow('neither an ONNX file nor');
  });
});
