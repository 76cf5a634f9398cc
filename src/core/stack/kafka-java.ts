import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MvsError } from '../base/errors.js';
import { archiveArguments, sharedClasses } from './class-archive.js';
import { classPath, findJava, frugal, javaEnvironment, loggingArguments, type Java } from './java.js';
import { assets, markOf } from './layout.js';
import { jarsOf, pomVersion } from './maven.js';
import { freePort } from './ports.js';
import { launch, type Daemon } from './processes.js';
import type { Runner, Site, Unfit, Way } from './site.js';

const DATA = 'data';

/** One KRaft node, run from the jars of Maven Central. */
export const kafkaOnJava: Way = {
  provider: 'java',
  async prepare(site): Promise<Runner | Unfit> {
    const java = await findJava();
    if ('unfit' in java) return java;
    const jars = await jarsOf(site, 'kafka');
    if (typeof jars !== 'string') return jars;
    const folder = site.layout.folder('kafka');
    return {
      dataDir: join(folder, DATA),
      logFile: site.layout.logFile('kafka'),
      version: pomVersion('kafka.version'),
      start: (port) => startKafka(site, java, jars, port),
    };
  },
};

async function startKafka(site: Site, java: Java, jars: string, port: number): Promise<Daemon> {
  const folder = site.layout.folder('kafka');
  await mkdir(folder, { recursive: true });
  await format(site, java, jars, folder);
  await writeSettings(site, folder, 'server.properties', DATA, port);
  return launch({
    command: java.java,
    args: [
      ...[...frugal, '-Xms128m', '-Xmx512m', '-XX:+ExitOnOutOfMemoryError', '-Djava.awt.headless=true'],
      ...archiveArguments(site.layout, jars, java),
      ...loggingArguments(site.layout.logFile('kafka')),
      markOf(site.layout, 'kafka'),
      ...['-cp', classPath(jars), 'kafka.Kafka', 'server.properties'],
    ],
    cwd: folder,
    env: javaEnvironment(),
    outFile: `${site.layout.logFile('kafka')}.out`,
  });
}

/** Kafka requires a formatted folder. A kill during formatting leaves a draft, which is deleted. */
async function format(site: Site, java: Java, jars: string, folder: string): Promise<void> {
  if (existsSync(join(folder, DATA, 'meta.properties'))) return;
  site.step('Preparing the data folder of Kafka');
  const draft = `${DATA}.new`;
  await rm(join(folder, draft), { recursive: true, force: true });
  await writeSettings(site, folder, 'format.properties', draft, await freePort());
  const args = [...frugal, ...sharedClasses(jars, java), '-cp', classPath(jars)];
  const tool = ['kafka.tools.StorageTool', 'format', '-t', randomUUID(), '-c', 'format.properties'];
  const { execa } = await import('execa');
  const done = await execa(java.java, [...args, ...loggingArguments(join(folder, 'format.log')), ...tool], {
    cwd: folder,
    env: javaEnvironment(),
    reject: false,
    all: true,
  });
  if (done.failed) {
    throw new MvsError(
      'STACK_UNAVAILABLE',
      `Kafka could not prepare its data folder ${folder}: ${done.all}`,
      {
        hint: 'Check that the folder is writable and the disk has free space.',
      },
    );
  }
  await rename(join(folder, draft), join(folder, DATA));
}

/** The controller's port is internal and may change at each start. */
async function writeSettings(
  { kafkaSettings = {} }: Site,
  folder: string,
  name: string,
  data: string,
  port: number,
): Promise<void> {
  // If a setting appears twice, the later line applies.
  const own = Object.entries(kafkaSettings).map(([key, value]) => `${key}=${value}\n`);
  const template = `${await readFile(assets.kafkaSettings, 'utf8')}\n${own.join('')}`;
  const controller = String(await freePort());
  const text = template
    .replaceAll('@CONTROLLER_PORT@', controller)
    .replaceAll('@PORT@', String(port))
    .replaceAll('@DATA@', data);
  await writeFile(join(folder, name), text);
}
