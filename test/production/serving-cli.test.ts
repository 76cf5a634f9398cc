import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, describe, it, onTestFinished, vi } from 'vitest';
import { freshStoreUrl, openStoreAt } from '../support/fresh.js';
import { createIdentity } from '../support/certificates.js';
import { bundledNetwork, workspace } from '../support/mvs.js';
import {
  protocols,
  startModelServer,
  type ModelServer,
  type ServerOptions,
} from '../support/serving/index.js';
import { webServer } from '../support/web.js';

const clips = ['videos/cat.webm', 'videos/espresso.webm'];
const bundled = new URL('../../models/efficientnet-lite0/', import.meta.url);

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-serving-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

async function freshServer(options: ServerOptions = {}): Promise<ModelServer> {
  const server = await startModelServer(options);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

/** The bundled network's model.yaml, with a server in place of its files. */
async function describedAt(url: string): Promise<string> {
  const folder = await freshFolder();
  const yaml = await readFile(new URL('model.yaml', bundled), 'utf8');
  await writeFile(join(folder, 'model.yaml'), yaml.replace(/^files: .*$/m, `server: ${url}`));
  for (const name of ['labels.json', 'hierarchy.json'])
    await writeFile(join(folder, name), await readFile(new URL(name, bundled)));
  return folder;
}

async function labelsIn(url: string): Promise<string[]> {
  const store = await openStoreAt(url);
  const labels: string[] = [];
  for (const clip of clips) {
    const video = clip.replace(/^videos\/(.*)\.webm$/, '$1');
    for await (const { frame, label } of store.frames(video)) labels.push(`${video} ${frame} ${label}`);
  }
  return labels;
}

describe('mvs consume on a model server', () => {
  it('stores the labels that the same network gives here, over every protocol', async () => {
    const server = await freshServer();
    const local = freshStoreUrl();
    const { mvs } = workspace({ ...bundledNetwork, MVS_STORE: local });
    await mvs('topic:create');
    expect(await mvs('produce', ...clips, '--every', '10')).toMatchObject({ exitCode: 0 });
    const consume = ['consume', '--until-drained', '--json', '--threads', '1'];
    expect(await mvs(...consume, '--group', 'local')).toMatchObject({ exitCode: 0 });
    const expected = await labelsIn(local);
    expect(expected.length).toBeGreaterThan(10);
    for (const protocol of protocols) {
      const store = freshStoreUrl();
      const model = await describedAt(server.urls[protocol]);
      const result = await mvs(...consume, '--group', protocol, '--store', store, '--model', model);
      expect(result).toMatchObject({ exitCode: 0 });
      expect(await labelsIn(store), protocol).toEqual(expected);
    }
  });

  it('ends within seconds of a signal while the server hangs, and what was not classified comes again', async () => {
    const server = await freshServer();
    const { mvs, binary } = workspace();
    await mvs('topic:create');
    await mvs('produce', 'videos/cat.webm', '--every', '10');
    const consuming = binary(
      'consume',
      '--model',
      await describedAt(server.urls['KServe v2']),
      '--workers',
      '1',
    );
    await vi.waitFor(() => {
      expect(server.troubles.asked).toBeGreaterThan(0);
    }, 60_000);
    server.troubles.now = 'slow';
    const before = server.troubles.asked;
    await vi.waitFor(() => {
      expect(server.troubles.asked).toBeGreaterThan(before);
    }, 60_000);
    const began = performance.now();
    consuming.kill('SIGTERM');
    await consuming;
    expect(performance.now() - began).toBeLessThan(15_000);
    server.troubles.now = 'none';
    const model = await describedAt(server.urls['KServe v2']);
    expect(await mvs('consume', '--until-drained', '--model', model)).toMatchObject({ exitCode: 0 });
    expect(await mvs('verify', 'cat')).toMatchObject({ exitCode: 0 });
  });

  it('hears a signal at its start, while the server hangs, as everywhere', async () => {
    const { origin, requests } = await webServer(() => undefined);
    const { mvs, binary } = workspace();
    await mvs('topic:create');
    const url = `${origin}/v2/models/m`;
    for (const model of [url, await describedAt(url)]) {
      const before = requests.length;
      const consuming = binary('consume', '--model', model, '--serving-timeout', '600000');
      await vi.waitFor(() => {
        expect(requests.length).toBeGreaterThan(before);
      }, 60_000);
      const began = performance.now();
      consuming.kill('SIGTERM');
      expect(await consuming).toMatchObject({ exitCode: 0 });
      expect(performance.now() - began).toBeLessThan(15_000);
    }
  });
});

describe('a served model without a model.yaml', () => {
  it('is described by its server: size, classes, and the labels of ImageNet for 1,000 of them', async () => {
    const server = await freshServer();
    for (const protocol of protocols) {
      const { mvs } = workspace({ MVS_MODEL: server.urls[protocol] });
      const { stdout } = await mvs('status');
      expect(stdout, protocol).toMatch(/^✓ model +lite0, 1000 classes$/m);
      expect(stdout, protocol).toMatch(/^✓ engine +(tf-serving|kserve) at \S+lite0, version 1/m);
    }
  });

  it('with labels that are not its own, or a name that nobody serves, is refused', async () => {
    const server = await freshServer();
    const { mvs } = workspace();
    await mvs('topic:create');
    const labels = join(await freshFolder(), 'labels.txt');
    await writeFile(labels, 'cat\ndog\n');
    for (const protocol of protocols) {
      const url = server.urls[protocol];
      const few = await mvs('consume', '--model', url, '--labels', labels);
      expect(few.exitCode).toBe(78);
      expect(few.stderr).toContain('1000 classes, but there are 2 labels');
      const other = await mvs('consume', '--model', url.replace('lite0', 'nobody'));
      expect(other.exitCode, protocol).toBe(78);
      expect(other.stderr).toMatch(/does not have this model: .*\n.*Correct the name or version/);
    }
  });
});

describe('the way to a model server', () => {
  it('is encrypted, and has a token that is never shown', async () => {
    const folder = await freshFolder();
    const { certificate, key } = await createIdentity(folder, 'server');
    const identity = { key: await readFile(key, 'utf8'), cert: await readFile(certificate, 'utf8') };
    const token = 'a-token-that-nobody-may-see';
    const server = await freshServer({ token, identity });
    for (const protocol of protocols) {
      const url = server.urls[protocol];
      const { mvs } = workspace({ MVS_MODEL: url, MVS_SERVING_CA: certificate });
      const outcomes = [
        await workspace({ MVS_MODEL: url, MVS_SERVING_TOKEN: token }).mvs('status', '--verbose'),
        await mvs('status', '--verbose'),
        await workspace({ MVS_MODEL: url, MVS_SERVING_TOKEN: token, MVS_SERVING_CA: certificate }).mvs(
          'status',
          '--verbose',
        ),
      ];
      const [untrusted, unknown, good] = outcomes;
      expect(untrusted?.stdout, protocol).toMatch(
        /^✗ model +the certificate of .*is not signed by.*\n.*--serving-ca/m,
      );
      expect(unknown?.stdout, protocol).toMatch(/^✗ model +.* denies access.*\n.*MVS_SERVING_TOKEN/m);
      expect(good?.stdout, protocol).toMatch(/^✓ engine .*version 1/m);
      for (const { stdout, stderr } of outcomes) expect(stdout + stderr).not.toContain(token);
    }
  });
});

describe('a model server that is down, and back again', () => {
  it('is what mvs status says of every protocol', async () => {
    const server = await freshServer();
    for (const protocol of protocols) {
      const { mvs } = workspace({ MVS_MODEL: await describedAt(server.urls[protocol]) });
      await server.down();
      expect((await mvs('status')).stdout, protocol).toMatch(
        /^✗ engine +the model server at \S+ does not answer/m,
      );
      await server.up();
      expect((await mvs('status')).stdout, protocol).toMatch(/^✓ engine .*version 1/m);
    }
  });

  // It asks in the same way as `mvs status`, and loads all engines besides.
  it('is what mvs doctor says', async () => {
    const server = await freshServer();
    const { mvs } = workspace({ MVS_MODEL: await describedAt(server.urls['KServe v2']) });
    await server.down();
    const down = await mvs('doctor');
    expect(down.exitCode).toBe(1);
    expect(down.stdout).toMatch(/^✗ model server +the model server at \S+lite0 does not answer/m);
    await server.up();
    expect((await mvs('doctor')).stdout).toMatch(/^✓ model server +\S+lite0, version 1$/m);
  });
});
