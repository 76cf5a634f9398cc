import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tinyOnnx } from '../support/tiny-onnx.js';
import { jsonOf, workspace } from '../support/mvs.js';
import { webServer } from '../support/web.js';

const network = tinyOnnx({ shape: ['N', 3, 8, 8] });
const sha256 = createHash('sha256').update(network).digest('hex');
const files: Record<string, string | Buffer> = {
  '/tiny.onnx': network,
  '/labels.json': '["red", "green", "blue"]',
  '/model.yaml': `name: tiny
input: { width: 8, height: 8, colorOrder: rgb, mean: [0, 0, 0], std: [1, 1, 1] }
resize: { mode: squash }
output: logits
labels: labels.json
topK: 2
files: { onnx: tiny.onnx }
`,
};

async function setUp() {
  const cache = await mkdtemp(join(tmpdir(), 'mvs-cache-'));
  onTestFinished(() => rm(cache, { recursive: true }));
  const { origin, requests } = await webServer((request, response) => {
    const content = files[request.url ?? ''];
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  return { ...workspace({ MVS_CACHE: cache }), cache, requests, url: `${origin}/tiny.onnx` };
}

describe('mvs models', () => {
  it('lists what comes with it and what can be had, with the engines that run it', async () => {
    const { mvs } = await setUp();
    const { models } = jsonOf(await mvs('models:list', '--json')) as { models: { name: string }[] };
    const byName = Object.fromEntries(models.map((model) => [model.name, model]));
    const onnxruntime = expect.arrayContaining(['onnxruntime']) as string[];
    expect(byName['efficientnet-lite0']).toMatchObject({ kind: 'bundled', here: true, engines: onnxruntime });
    expect(byName.resnet50).toMatchObject({
      kind: 'preset',
      here: false,
      bytes: 102_576_593,
      engines: onnxruntime,
    });
    const { stdout } = await mvs('models:show', 'resnet50');
    expect(stdout).toMatch(/labels +1000/);
    expect(stdout).toMatch(/licence +Apache-2\.0/);
    expect(stdout).toMatch(/resnet50-v1-12\.onnx +[0-9a-f]{64}/);
  });

  it('pulls from a URL once, shows and verifies it, and names what is damaged', async () => {
    const { mvs, cache, url } = await setUp();
    const pulled = jsonOf(await mvs('models:pull', `${url}#sha256=${sha256}`, '--json')) as { name: string };
    expect(pulled).toMatchObject({ downloaded: true });
    expect(jsonOf(await mvs('models:pull', `${url}#sha256=${sha256}`, '--json'))).toMatchObject({
      downloaded: false,
    });
    expect(jsonOf(await mvs('models:show', pulled.name, '--json'))).toMatchObject({
      kind: 'pulled',
      labels: 3,
    });
    expect(await mvs('models:verify', pulled.name)).toMatchObject({ exitCode: 0 });
    const damaged = join(cache, 'models', pulled.name, 'tiny.onnx');
    await writeFile(damaged, 'broken');
    const { stdout, exitCode } = await mvs('models:verify');
    expect(stdout).toContain(
      `${damaged} is damaged\n  Download it again with "mvs models:pull '${url}#sha256=`,
    );
    expect(exitCode).toBe(78);
  });

  it.each([
    [['models:show', 'resnet-9000'], /there is no model "resnet-9000"\n.*models:list/],
    [['models:verify', 'resnet50'], /there is no model "resnet50"/],
    [['models:pull', 'resnet51'], /there is no model "resnet51"\n +Did you mean "resnet50"\? .*models:list/],
    [['consume', '--model', 'efficientnet-lite9'], /Did you mean "efficientnet-lite0"/],
  ])('%j is an error that says what there is', async (args, message) => {
    const { mvs } = await setUp();
    const { stderr, exitCode } = await mvs(...args);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(78);
  });

  it('pulls nothing of what comes with it', async () => {
    const { mvs } = await setUp();
    const pulled = jsonOf(await mvs('models:pull', 'efficientnet-lite0', '--json'));
    expect(pulled).toMatchObject({ name: 'efficientnet-lite0', downloaded: false });
  });
});

describe('mvs consume --model URL', () => {
  it('downloads the network on first use, and keeps as many predictions as it says', async () => {
    const { mvs, url, requests, cache } = await setUp();
    await mvs('topic:create');
    await mvs('produce', 'videos/cat.webm', '--every', '30');
    const status = jsonOf(await mvs('status', '--model', url, '--json'));
    expect(JSON.stringify(status)).toContain('has not been downloaded');
    expect(requests, 'status downloads nothing').toEqual([]);
    const consumed = await mvs('consume', '--model', url, '--until-drained', '--json');
    expect(jsonOf(consumed)).toMatchObject({ stored: 3 });
    expect(consumed.stderr).toContain(`downloading the network ${url}`);
    expect(await readdir(join(cache, 'models'))).toHaveLength(1);
    const { stdout } = await mvs('query', 'cat', '--frames', '--top-k', '3', '--format', 'ndjson');
    const [first] = stdout.split('\n');
    expect((JSON.parse(first ?? '') as { top: unknown[] }).top).toHaveLength(2);
  });
});
