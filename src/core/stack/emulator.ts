import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.js';
import { classPath, findJava, frugal, javaEnvironment, loggingArguments, type Java } from './java.js';
import { assets, digest, markOf } from './layout.js';
import { jarsOf, pomKey, pomVersion } from './maven.js';
import { launch, type Daemon } from './processes.js';
import type { Runner, Site, Unfit, Way } from './site.js';

/** The last resort in a closed network: a Java server that speaks MongoDB's protocol (stack/mongo-emulator). */
export const mongoEmulator: Way = {
  provider: 'emulator',
  async prepare(site): Promise<Runner | Unfit> {
    const java = await findJava();
    if ('unfit' in java) return java;
    if (!existsSync(java.javac)) return { unfit: 'Java has no compiler (javac): a JDK is required' };
    const jars = await jarsOf(site, 'mongo-emulator');
    if (typeof jars !== 'string') return jars;
    const classes = await compiled(site, java, jars);
    return {
      dataDir: dataFolder(site),
      logFile: site.layout.logFile('mongodb'),
      version: `mongo-java-server ${pomVersion('mongo-java-server.version')}`,
      start: (port) => startEmulator(site, java, [jars, classes], port),
    };
  },
};

function dataFolder(site: Site): string {
  return join(site.layout.folder('mongodb'), 'emulator');
}

/** Class files start faster than source files. Their folder is named after a hash of the sources and jars. */
async function compiled(site: Site, java: Java, jars: string): Promise<string> {
  const sources = readdirSync(assets.emulatorSources).filter((name) => name.endsWith('.java'));
  const files = sources.sort().map((name) => join(assets.emulatorSources, name));
  const key = digest(pomKey(), ...files.map((file) => readFileSync(file))).slice(0, 12);
  return cached(site.layout.cache, `mongo-emulator-classes-${key}`, async (part) => {
    site.step('Compiling the MongoDB emulator, once');
    const options = ['-encoding', 'UTF-8', '--release', '17', '-d', part, '-cp', classPath(jars)];
    const { execa } = await import('execa');
    await execa(java.javac, [...options, ...files], { env: javaEnvironment() });
  });
}

async function startEmulator(
  site: Site,
  java: Java,
  folders: [string, string],
  port: number,
): Promise<Daemon> {
  const cwd = dataFolder(site);
  await mkdir(cwd, { recursive: true });
  return launch({
    command: java.java,
    args: [
      ...[...frugal, '-Xmx256m', '-XX:+ExitOnOutOfMemoryError', '-Djava.awt.headless=true'],
      ...loggingArguments(site.layout.logFile('mongodb')),
      markOf(site.layout, 'mongodb'),
      ...['-cp', classPath(...folders), 'MongoEmulator', 'records.mv', String(port)],
    ],
    cwd,
    env: javaEnvironment(),
    outFile: `${site.layout.logFile('mongodb')}.out`,
  });
}
