import { createRequire } from 'node:module';
import { statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Layout } from './layout.js';
import { launch, type Daemon } from './processes.js';
import type { Runner, Site, Unfit, Way } from './site.js';

const RETRY_DOWNLOAD_MS = 24 * 3_600_000;

/** A real MongoDB that is already installed. */
export const mongodOnPath: Way = {
  provider: 'mongod',
  async prepare(site): Promise<Runner | Unfit> {
    return (await runnerOf(site, 'mongod')) ?? { unfit: 'no mongod found on the PATH' };
  },
};

/**
 * A real MongoDB that mongodb-memory-server downloads once into the cache. In a closed network the download fails slowly,
 * so a failure is remembered in the cache for a day.
 * @param persistent tries again even after a recent failure
 */
export function mongodDownloaded(persistent: boolean): Way {
  return {
    provider: 'memory-server',
    async prepare(site): Promise<Runner | Unfit> {
      const failure = join(site.layout.cache, 'mongod-download-failed');
      const failedAt = statSync(failure, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (!persistent && Date.now() - failedAt < RETRY_DOWNLOAD_MS) {
        return { unfit: 'downloading MongoDB failed within the last day' };
      }
      const outcome = await download(site);
      const runner = 'binary' in outcome ? await runnerOf(site, outcome.binary) : undefined;
      if (runner) return runner;
      const reason =
        'unfit' in outcome ? outcome.unfit : 'the downloaded MongoDB does not run on this machine';
      await mkdir(site.layout.cache, { recursive: true });
      await writeFile(failure, `${reason}\n`);
      return { unfit: reason };
    },
  };
}

/** Undefined if the program or one of its libraries is missing. */
async function runnerOf(site: Site, binary: string): Promise<Runner | undefined> {
  const { execa } = await import('execa');
  const asked = await execa(binary, ['--version'], { reject: false, timeout: 20_000 });
  const version = /db version v(\S+)/.exec(asked.stdout)?.[1];
  if (asked.failed || version === undefined) return undefined;
  return {
    dataDir: dataFolder(site.layout),
    logFile: site.layout.logFile('mongodb'),
    version,
    start: (port) => startMongod(site, binary, port),
  };
}

/** Also the argument that identifies the daemon. */
export function dataFolder(layout: Layout): string {
  return join(layout.folder('mongodb'), 'mongod');
}

async function startMongod(site: Site, binary: string, port: number): Promise<Daemon> {
  const dbPath = dataFolder(site.layout);
  const logFile = site.layout.logFile('mongodb');
  await mkdir(dbPath, { recursive: true });
  return launch({
    command: binary,
    args: [
      ...['--dbpath', dbPath, '--port', String(port), '--bind_ip', '127.0.0.1'],
      ...['--logpath', logFile, '--logappend', '--quiet'],
      ...['--wiredTigerCacheSizeGB', '0.25', '--setParameter', 'diagnosticDataCollectionEnabled=false'],
      // Its socket file would be in /tmp, where every user can reach it.
      ...(process.platform === 'win32' ? [] : ['--nounixsocket']),
    ],
    cwd: dbPath,
    outFile: `${logFile}.out`,
  });
}

/**
 * Runs in a process of its own, because the library prints its progress on stdout, which is for results, and cannot be interrupted.
 */
async function download(site: Site): Promise<{ binary: string } | Unfit> {
  site.step('Fetching MongoDB (real mongod), once');
  const library = createRequire(import.meta.url).resolve('mongodb-memory-server-core');
  const script = `
    const { MongoBinary } = require(process.argv[1]);
    MongoBinary.getPath({ downloadDir: process.argv[2] }).then(
      (path) => console.error('binary: ' + path),
      (error) => { console.error(error.message); process.exitCode = 1; },
    );`;
  const { execa } = await import('execa');
  const child = await execa(process.execPath, ['-e', script, library, join(site.layout.cache, 'mongod')], {
    reject: false,
    stdin: 'ignore',
    timeout: 15 * 60_000,
    env: { MONGOMS_PREFER_GLOBAL_PATH: 'false' },
    ...(site.signal ? { cancelSignal: site.signal } : {}),
  });
  site.checkAborted();
  const binary = /^binary: (.*)$/m.exec(child.stderr)?.[1];
  if (binary !== undefined) return { binary };
  const reason = child.timedOut ? 'it took too long' : child.stderr.trim().split('\n').at(-1);
  return { unfit: `MongoDB could not be downloaded: ${reason ?? 'no reason given'}` };
}
