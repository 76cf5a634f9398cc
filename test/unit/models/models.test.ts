import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadModel } from '../../../src/core/classifier/load-model.js';
import { isWebAddress, parseModelAddress } from '../../../src/core/models/address.js';
import { listModels, showModel } from '../../../src/core/models/catalog.js';
import { fetchFile } from '../../../src/core/models/fetch.js';
import { presets } from '../../../src/core/models/presets.js';
import { localModel, pullModel } from '../../../src/core/models/pull.js';
import { problemsIn, verifyModels } from '../../../src/core/models/verify.js';
import { tinyOnnx } from '../../support/tiny-onnx.js';
import { webServer } from '../../support/web.js';

const network = tinyOnnx({ shape: ['N', 3, 8, 8] });
const sha256 = createHash('sha256').update(network).digest('hex');
const yaml = `name: tiny
input: { width: 8, height: 8, colorOrder: rgb, mean: [0, 0, 0], std: [1, 1, 1] }
resize: { mode: squash }
output: logits
labels: labels.json
files: { onnx: tiny.onnx, tfjs: web/model.json }
`;
const graph = JSON.stringify({ weightsManifest: [{ paths: ['group1-shard1of1.bin'] }] });

const files: Record<string, string | Buffer> = {
  '/nets/tiny.onnx': network,
  '/nets/model.yaml': yaml,
  '/nets/labels.json': '["red", "green", "blue"]',
  '/nets/web/model.json': graph,
  '/nets/web/group1-shard1of1.bin': Buffer.alloc(8),
};

async function setUp(changes: Record<string, string | Buffer | undefined> = {}) {
  const shelf = await mkdtemp(join(tmpdir(), 'mvs-shelf-'));
  onTestFinished(() => rm(shelf, { recursive: true }));
  const served: Record<string, string | Buffer | undefined> = { ...files, ...changes };
  const server = await webServer((request: IncomingMessage, response: ServerResponse) => {
    const content = served[(request.url ?? '').split('?')[0] ?? ''];
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  const options = { shelf, signal: new AbortController().signal };
  return { shelf, served, options, origin: server.origin, requests: server.requests };
}

describe('a network from the web', () => {
  it('comes with the hierarchy that its description names', async () => {
    const { options, origin } = await setUp({
      '/nets/model.yaml': `${yaml}hierarchy: classes/hierarchy.json\n`,
      '/nets/classes/hierarchy.json': '{}',
    });
    const path = await localModel(`${origin}/nets/tiny.onnx`, options);
    expect(await loadModel(path)).toMatchObject({ hierarchy: join(path, 'classes/hierarchy.json') });
    expect(await problemsIn(path)).toEqual([]);
  });

  it('comes with its description and labels, and is then used without the web', async () => {
    const { options, origin, requests } = await setUp();
    const path = await localModel(`${origin}/nets/tiny.onnx`, options);
    expect(await loadModel(path)).toMatchObject({
      name: 'tiny',
      labels: ['red', 'green', 'blue'],
      files: { onnx: join(path, 'tiny.onnx') },
    });
    const asked = requests.length;
    expect(await localModel(`${origin}/nets/tiny.onnx`, options)).toBe(path);
    expect(await localModel(basename(path), options), 'also by its name in the cache').toBe(path);
    expect(requests).toHaveLength(asked);
  });

  it.each([
    ['model.yaml', ['onnx', 'tfjs']],
    ['tiny.onnx', ['onnx']],
  ])('%s brings the files that it stands for', async (file, formats) => {
    const { options, origin } = await setUp();
    const path = await pullModel(`${origin}/nets/${file}`, options);
    expect(Object.keys((await loadModel(path)).files)).toEqual(formats);
    expect(await problemsIn(path)).toEqual([]);
  });

  it('a model.json brings the weights that it names', async () => {
    const changes = { '/nets/web/model.yaml': yaml, '/nets/web/labels.json': '["a"]' };
    const { options, origin } = await setUp(changes);
    const path = await pullModel(`${origin}/nets/web/model.json`, options);
    expect((await loadModel(path)).files).toEqual({ tfjs: join(path, 'model.json') });
    expect(await readdir(path)).toContain('group1-shard1of1.bin');
  });

  it('with the token in its query asks for all files with it, and shows it nowhere', async () => {
    const { options, origin, requests } = await setUp();
    const path = await pullModel(`${origin}/nets/tiny.onnx?token=hush`, options);
    expect(requests.every(({ path: asked }) => asked.endsWith('?token=hush'))).toBe(true);
    await writeFile(join(path, 'tiny.onnx'), '');
    expect(JSON.stringify(await verifyModels([], options.shelf))).not.toContain('hush');
  });

  it('is what its checksum says, or is not kept', async () => {
    const { options, origin, shelf } = await setUp();
    const path = await pullModel(`${origin}/nets/tiny.onnx#sha256=${sha256.toUpperCase()}`, options);
    expect(await problemsIn(path)).toEqual([]);
    const other = `${origin}/nets/tiny.onnx#sha256=${'0'.repeat(64)}`;
    await expect(pullModel(other, options)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(`has the checksum ${sha256}, not 000`) as string,
    });
    expect(await readdir(shelf)).toEqual([basename(path)]);
  });

  it.each<[string, Record<string, string | Buffer | undefined>, string, RegExp]>([
    ['no description', { '/nets/model.yaml': undefined }, 'tiny.onnx', /no model\.yaml beside it/],
    ['no labels', { '/nets/labels.json': undefined }, 'tiny.onnx', /labels\.json.*404/],
    ['a description that is none', { '/nets/model.yaml': 'hello' }, 'model.yaml', /model\.yaml: /],
    [
      'a file outside of its folder',
      { '/nets/model.yaml': yaml.replace('labels.json', '../../../labels.json') },
      'model.yaml',
      /"\.\.\/\.\.\/\.\.\/labels\.json" is not a file below/,
    ],
    [
      'an absolute file',
      { '/nets/model.yaml': yaml.replace('tiny.onnx', '/tmp/x') },
      'model.yaml',
      /not a file below/,
    ],
    [
      'a file behind a detour',
      { '/nets/model.yaml': yaml.replace('labels.json', 'a/../../labels.json') },
      'model.yaml',
      /not a file below/,
    ],
    [
      'weights outside of its folder',
      { '/nets/web/model.json': JSON.stringify({ weightsManifest: [{ paths: ['../../x.bin'] }] }) },
      'model.yaml',
      /"\.\.\/x\.bin" is not a file below/,
    ],
    [
      'a server of its choice',
      { '/nets/model.yaml': `${yaml}server: http://model-server.example/v1/models/x\n` },
      'tiny.onnx',
      /names a server/,
    ],
    ['labels that are none', { '/nets/labels.json': '{' }, 'tiny.onnx', /cannot take labels/],
    ['a graph that is an error page', { '/nets/web/model.json': '<html>' }, 'model.yaml', /names no weights/],
    [
      'a description of a megabyte',
      { '/nets/model.yaml': '#'.repeat(1e6) },
      'model.yaml',
      /larger than the limit of 65536 bytes/,
    ],
  ])('with %s is an error, and nothing stays', async (_, changes, file, message) => {
    const { options, origin, shelf } = await setUp(changes);
    await expect(pullModel(`${origin}/nets/${file}`, options)).rejects.toThrow(message);
    expect(await readdir(shelf)).toEqual([]);
  });

  it('may be redirected, but to nothing that anybody on the way could change', async () => {
    const { options, origin } = await setUp();
    const lead = (target: string) =>
      webServer((request, response) => {
        response.writeHead(302, { location: `${target}${request.url ?? ''}` }).end();
      });
    const around = await lead(origin);
    expect(await problemsIn(await pullModel(`${around.origin}/nets/tiny.onnx`, options))).toEqual([]);
    const open = await lead('http://mvs.invalid');
    const work = pullModel(`${open.origin}/nets/tiny.onnx`, options);
    await expect(work).rejects.toThrow(/^http:\/\/mvs\.invalid\/nets\/tiny\.onnx is not encrypted/);
    const circle = await webServer((_, response) => response.writeHead(302, { location: '/a.onnx' }).end());
    await expect(pullModel(`${circle.origin}/a.onnx`, options)).rejects.toThrow(/redirects too often/);
    const file = await lead('file:///etc');
    await expect(pullModel(`${file.origin}/a.onnx`, options)).rejects.toThrow(/redirects too often/);
  });

  it('at a port that fetch blocks is told as that', async () => {
    const { options } = await setUp();
    await expect(pullModel('https://127.0.0.1:1/a.onnx', options)).rejects.toMatchObject({
      code: 'NO_INPUT',
      message: expect.stringMatching(/The port of .*127\.0\.0\.1:1.* is not allowed/) as string,
    });
  });

  it('that ends in the middle of a file leaves nothing', async () => {
    const { options, shelf } = await setUp();
    const server = await webServer((_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('half');
      setTimeout(() => response.destroy(), 50);
    });
    await expect(pullModel(`${server.origin}/tiny.onnx`, options)).rejects.toThrow(/cut off/);
    expect(await readdir(shelf)).toEqual([]);
  });

  it('or a preset is not meant where a folder has that name', async () => {
    const { options, shelf } = await setUp();
    const before = process.cwd();
    await mkdir(join(shelf, 'resnet50'));
    process.chdir(shelf);
    onTestFinished(() => {
      process.chdir(before);
    });
    expect(await localModel('resnet50', { ...options, shelf: join(shelf, 'other') })).toBe('resnet50');
  });

  it('is not downloaded where only the cache counts', async () => {
    const { options, origin, requests } = await setUp();
    const work = localModel(`${origin}/nets/tiny.onnx`, { ...options, offline: true });
    await expect(work).rejects.toMatchObject({ hint: expect.stringContaining('models:pull') as string });
    expect(requests).toEqual([]);
  });
});

describe('two that pull at once', () => {
  it('both get the network, as containers do that share a cache and the id of their process', async () => {
    const { shelf } = await setUp();
    let here = 0;
    let bothAreHere: () => void;
    const both = new Promise<void>((resolve) => (bothAreHere = resolve));
    const { origin } = await webServer((request, response) => {
      if (++here === 2) bothAreHere();
      void both.then(() => response.end(files[request.url ?? '']));
    });
    const options = { shelf, signal: new AbortController().signal };
    const pull = () => pullModel(`${origin}/nets/tiny.onnx`, options);
    const [one, other] = await Promise.all([pull(), pull()]);
    expect(other).toBe(one);
    expect(await problemsIn(one)).toEqual([]);
    expect(await readdir(shelf)).toEqual([basename(one)]);
  });
});

it('a cache that cannot be written is an error that names it and the way out', async () => {
  const { options, origin } = await setUp();
  const nowhere = { ...options, shelf: '/dev/null/shelf' };
  await expect(pullModel(`${origin}/nets/tiny.onnx`, nowhere)).rejects.toMatchObject({
    code: 'CONFIG',
    message: expect.stringMatching(/^cannot save .*tiny\.onnx.* in \/dev\/null\/shelf: ENOTDIR/) as string,
    hint: expect.stringContaining('MVS_CACHE') as string,
  });
});

describe('a damaged file', () => {
  it('is found with the command that mends it, and pulling downloads it again', async () => {
    const { options, origin, shelf } = await setUp();
    const path = await pullModel(`${origin}/nets/tiny.onnx`, options);
    await writeFile(join(path, 'tiny.onnx'), 'broken');
    await rm(join(path, 'labels.json'));
    const [report] = await verifyModels([basename(path)], shelf);
    expect(report).toMatchObject({
      problems: [`${join(path, 'tiny.onnx')} is damaged`, `${join(path, 'labels.json')} is missing`],
      pull: `${origin}/nets/tiny.onnx`,
    });
    await pullModel(`${origin}/nets/tiny.onnx`, options);
    expect(await problemsIn(path)).toEqual([]);
  });

  it('stays while there is no other to be had', async () => {
    const { options, origin, shelf, served } = await setUp();
    const path = await pullModel(`${origin}/nets/tiny.onnx`, options);
    await writeFile(join(path, 'labels.json'), '["a"]');
    served['/nets/labels.json'] = undefined;
    await expect(pullModel(`${origin}/nets/tiny.onnx`, options)).rejects.toThrow(/404/);
    expect(await readdir(shelf)).toEqual([basename(path)]);
    expect(await loadModel(path), 'usable as it was').toMatchObject({ labels: ['a'] });
  });

  it.each<[string, string | undefined, RegExp]>([
    ['SHA256SUMS', '', /SHA256SUMS is damaged$/],
    ['SHA256SUMS', undefined, /SHA256SUMS is missing$/],
    ['source.json', '', /source\.json is damaged$/],
    ['source.json', '{}', /source\.json is damaged$/],
    ['source.json', undefined, /source\.json is missing$/],
  ])('may be %s with %j: told by list and verify, and pulled again', async (file, content, problem) => {
    const { options, origin, shelf } = await setUp();
    const path = await pullModel(`${origin}/nets/tiny.onnx`, options);
    await (content === undefined ? rm(join(path, file)) : writeFile(join(path, file), content));
    const name = basename(path);
    const listed = (await listModels(shelf)).find((each) => each.name === name);
    expect(listed?.problem).toMatch(problem);
    const [report] = await verifyModels([name], shelf);
    expect(report?.problems).toEqual([expect.stringMatching(problem)]);
    await expect(showModel(name, shelf)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
    await pullModel(`${origin}/nets/tiny.onnx`, options);
    expect(await problemsIn(path)).toEqual([]);
  });

  it.each(['model.yaml', 'labels.json', 'tiny.onnx'])('may be a list that lost %s', async (file) => {
    const { options, origin } = await setUp();
    const path = await pullModel(`${origin}/nets/tiny.onnx`, options);
    const sums = join(path, 'SHA256SUMS');
    const lines = (await readFile(sums, 'utf8')).split('\n');
    await writeFile(sums, lines.filter((line) => !line.endsWith(file)).join('\n'));
    expect(await problemsIn(path)).toEqual([expect.stringMatching(`SHA256SUMS does not name ${file}$`)]);
  });

  it('is none of those that come with mvs', async () => {
    const { shelf } = await setUp();
    const reports = await verifyModels([], shelf);
    expect(reports.map(({ name }) => name)).toContain('efficientnet-lite0');
    expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
  });
});

describe('an address of a network', () => {
  it.each([
    ['http://example.com/a.onnx', /not encrypted/],
    ['https://example.com/a.zip', /not the address of a network/],
    ['https://example.com/a.onnx#sha256=12', /is not a checksum/],
    ['https://', /not a valid URL/],
  ])('%s is refused', (text, message) => {
    expect(() => parseModelAddress(text)).toThrow(message);
  });

  it('may be unencrypted where the checksum is known', () => {
    const text = `http://example.com/a.onnx#sha256=${sha256}`;
    expect(parseModelAddress(text)).toMatchObject({ kind: 'onnx', sha256 });
  });

  it('is not what a path is', () => {
    expect(['models/a.onnx', '/a.onnx', 'C:\\a.onnx', 'resnet50'].some(isWebAddress)).toBe(false);
  });
});

describe('a preset', () => {
  it('has an encrypted address, a checksum and a size, and the name of its file', async () => {
    const all = await presets();
    expect([...all.keys()]).toEqual(['centernet', 'efficientnet-lite4', 'mobilenetv2', 'resnet50']);
    for (const preset of all.values()) {
      if ('files' in preset) continue;
      expect(parseModelAddress(preset.address)).toMatchObject({ kind: 'onnx', url: { protocol: 'https:' } });
    }
  });

  it('with another file behind its address is refused, also a larger one', async () => {
    const { options, origin, shelf } = await setUp();
    const url = new URL(`${origin}/nets/tiny.onnx`);
    const { signal } = options;
    const wrong = fetchFile(url, shelf, 'a.onnx', { signal, limit: network.length, sha256: '0'.repeat(64) });
    await expect(wrong).rejects.toThrow(/has the checksum/);
    const large = fetchFile(url, shelf, 'b.onnx', { signal, limit: network.length - 1, sha256 });
    await expect(large).rejects.toThrow(/larger than the limit/);
  });
});
