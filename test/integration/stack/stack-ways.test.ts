import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { portOf } from '../../../src/core/stack/address.js';
import { down, up } from '../../../src/core/stack/index.js';
import { freshHome, pidOf, sharedStack } from '../../support/stack.js';

/** What mvs says to programs that are not here: doubles on the PATH, which pass connections on to the shared stack. */
const ports = { kafkaPort: 0, mongoPort: 0 };

/** Listens on argv[2] and forwards to argv[3] until it is killed. */
const proxy = `
  const net = require('node:net');
  const forward = (port, target) => net.createServer((near) => {
    const far = net.connect(target, '127.0.0.1');
    near.pipe(far).on('error', () => near.destroy());
    far.pipe(near).on('error', () => far.destroy());
  }).listen(port, '127.0.0.1');`;

test('with a Docker engine both servers run in containers of the project of this home', async () => {
  const { brokers, store } = sharedStack();
  const calls = double(
    'docker',
    `const { spawn } = require('node:child_process');
     const targets = { kafka: [${portOf(brokers[0] ?? '')}, process.env.MVS_KAFKA_PORT], mongodb: [${portOf(store)}, process.env.MVS_MONGO_PORT] };
     const name = args.at(-1);
     const pidFile = __filename + '.' + name;
     if (args[0] === 'info') console.log('29.0.0');
     const runs = () => { try { return process.kill(Number(fs.readFileSync(pidFile, 'utf8')), 0); } catch { return false; } };
     // A container that runs stays as it is.
     if (args.includes('up') && !runs()) {
       const [target, port] = targets[name];
       const script = ${JSON.stringify(proxy)} + 'forward(' + port + ',' + target + ')';
       const child = spawn(process.execPath, ['-e', script], { detached: true, stdio: 'ignore' });
       fs.writeFileSync(pidFile, String(child.pid));
       child.unref();
     }
     // As Docker does, this removes a container whose process has ended too.
     if (args.includes('rm') && fs.existsSync(pidFile)) try { process.kill(Number(fs.readFileSync(pidFile, 'utf8'))); } catch {}`,
  );
  const site = freshHome();
  const stack = await up({ ...site, ...ports });
  expect(stack.servers).toMatchObject([
    { name: 'kafka', provider: 'docker', running: true },
    { name: 'mongodb', provider: 'docker', running: true },
  ]);
  expect((await up({ ...site, ...ports })).brokers).toEqual(stack.brokers);
  const stopped = await down({ ...site, wipe: true });
  expect(stopped.stopped).toEqual(['mongodb', 'kafka']);
  const project = /-p (mvs-[0-9a-f]{12}) /.exec(calls())?.[1] ?? 'no project';
  expect(calls()).toContain(`up --detach --wait kafka`);
  expect(calls()).toContain(`volume rm --force ${project}_kafka`);
  expect(calls()).toContain(`volume rm --force ${project}_mongodb ${project}_mongodb-config`);
});

test('a mongod on the PATH runs as a daemon, on loopback, with its data in the home', async () => {
  const { brokers, store } = sharedStack();
  const site = freshHome();
  const calls = double(
    'mongod',
    `if (args[0] === '--version') console.log('db version v8.0.4\\nBuild Info: {}');
     else { ${proxy} forward(Number(args[args.indexOf('--port') + 1]), ${portOf(store)}); }`,
  );
  const stack = await up({ ...site, ...ports, brokers, mongo: 'mongod' });
  expect(stack.servers[1]).toMatchObject({ provider: 'mongod', version: '8.0.4', running: true });
  const pid = pidOf(stack.servers, 'mongodb');
  expect(calls()).toContain(`--dbpath ${join(site.home, 'stack', 'mongodb', 'mongod')} --port`);
  expect(calls()).toContain('--bind_ip 127.0.0.1');
  expect(pidOf((await up({ ...site, ...ports, brokers })).servers, 'mongodb')).toBe(pid);
  expect((await down({ ...site, wipe: false })).stopped).toEqual(['mongodb']);
  expect(existsSync(join(site.home, 'stack', 'mongodb', 'mongod'))).toBe(true);
});

test('without Docker and Java the error says what to install', async () => {
  vi.stubEnv('PATH', join(tmpdir(), 'mvs-no-such-folder'));
  vi.stubEnv('JAVA_HOME', undefined);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const { store } = sharedStack();
  await expect(up({ ...freshHome(), ...ports, store })).rejects.toMatchObject({
    code: 'STACK_UNAVAILABLE',
    message: 'Kafka cannot be started: no Docker engine with Compose runs here; no Java found',
    hint: expect.stringContaining('Install Docker, or Java 17 or newer with Maven') as string,
  });
});

test('a Java that is too old is named', async () => {
  double('java', `console.error('    java.specification.version = 11\\n    java.home = /nowhere');`);
  vi.stubEnv('JAVA_HOME', undefined);
  const { store } = sharedStack();
  await expect(up({ ...freshHome(), ...ports, store, kafka: 'java' })).rejects.toThrow(
    /Java 11 is too old; version 17 or newer/,
  );
});

/** Puts a program first on the PATH; returns what it was called with so far. */
function double(name: string, body: string): () => string {
  const folder = mkdtempSync(join(tmpdir(), 'mvs-double-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  const prelude = `#!${process.execPath}
    const fs = require('node:fs');
    const args = process.argv.slice(2);
    fs.appendFileSync(${JSON.stringify(calls)}, args.join(' ') + '\\n');`;
  writeFileSync(join(bin, name), `${prelude}\n${body}\n`);
  chmodSync(join(bin, name), 0o755);
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env.PATH ?? ''}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  return () => readFileSync(calls, 'utf8');
}
