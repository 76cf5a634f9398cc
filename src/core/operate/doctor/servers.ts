import { existsSync } from 'node:fs';
import { failed, ok, warning, type Check } from '../../base/check.js';
import { silentLog } from '../../base/log.js';
import { engineRuns } from '../../stack/docker.js';
import { findJava, type Java } from '../../stack/java.js';
import { kafkaKind, mongoKind } from '../../stack/kinds.js';
import { jarsCanBeHad } from '../../stack/maven.js';
import { mongodOnPath } from '../../stack/mongod.js';
import { isTaken } from '../../stack/ports.js';
import { openSite, type ServerKind, type Unfit } from '../../stack/site.js';
import { rememberedPort } from '../../stack/state.js';
import { status } from '../../stack/status.js';
import type { ServerStatus } from '../../stack/types.js';

export interface ServerQuestions {
  readonly home: string;
  readonly cache?: string | undefined;
  readonly kafkaPort?: number | undefined;
  readonly mongoPort?: number | undefined;
  /** Given servers, which need nothing on this machine. */
  readonly brokers?: readonly string[] | undefined;
  readonly store?: string | undefined;
}

/** The available means to run a local Kafka and MongoDB. */
interface Means {
  readonly docker: boolean;
  readonly java: Java | Unfit;
  readonly kafkaJars: boolean;
  readonly emulatorJars: boolean;
  readonly mongod: string | undefined;
}

export async function checkServers(questions: ServerQuestions): Promise<Check[]> {
  const { home, kafkaPort, mongoPort, brokers, store } = questions;
  const [means, running] = await Promise.all([meansOf(questions), status(home)]);
  const [kafka, mongodb] = [kafkaKind('auto'), mongoKind('auto')];
  return [
    javaCheck(means),
    means.docker
      ? ok('docker', 'an engine with Compose runs')
      : warning(
          'docker',
          'no Docker engine with Compose runs here',
          'Not needed if Java is installed. Otherwise install Docker.',
        ),
    means.mongod === undefined
      ? warning(
          'mongod',
          'none on the PATH',
          'Install MongoDB for a real local database. The emulator is for trials only.',
        )
      : ok('mongod', means.mongod),
    wayCheck(kafka, kafkaWays(means), brokers?.join(',')),
    wayCheck(mongodb, mongoWays(means), store),
    ...(await Promise.all([
      portCheck(kafka, kafkaPort ?? nextPort(home, kafka), running),
      portCheck(mongodb, mongoPort ?? nextPort(home, mongodb), running),
    ])),
  ];
}

async function meansOf({ home, cache }: ServerQuestions): Promise<Means> {
  const site = openSite({ home, cache, log: silentLog });
  const [docker, java, kafkaJars, emulatorJars, mongod] = await Promise.all([
    engineRuns(),
    findJava(),
    jarsCanBeHad(site.layout.cache, 'kafka'),
    jarsCanBeHad(site.layout.cache, 'mongo-emulator'),
    mongodOnPath.prepare(site),
  ]);
  return {
    docker,
    java,
    kafkaJars,
    emulatorJars,
    mongod: 'unfit' in mongod ? undefined : (mongod.version ?? ''),
  };
}

function javaCheck({ java }: Means): Check {
  const hint = 'Install Java 17 or newer (a JDK) and set JAVA_HOME or the PATH. Not needed if Docker runs.';
  return 'unfit' in java ? warning('java', java.unfit, hint) : ok('java', `${java.build} (${java.java})`);
}

function kafkaWays({ docker, java, kafkaJars }: Means): string[] {
  return [...(docker ? ['docker'] : []), ...(!('unfit' in java) && kafkaJars ? ['java'] : [])];
}

function mongoWays({ docker, java, emulatorJars, mongod }: Means): string[] {
  const compiles = !('unfit' in java) && existsSync(java.javac) && emulatorJars;
  return [
    ...(docker ? ['docker'] : []),
    ...(mongod === undefined ? [] : ['mongod']),
    ...(compiles ? ['emulator'] : []),
  ];
}

/** The local server is needed unless another one is given. */
function wayCheck(
  { title, installHint }: ServerKind,
  ways: readonly string[],
  given: string | undefined,
): Check {
  const [best] = ways;
  const name = `local ${title}`;
  if (best !== undefined) return ok(name, `can run as ${ways.join(' or ')}`);
  const detail = 'cannot be run on this machine';
  return given === undefined
    ? failed(name, detail, installHint)
    : ok(name, `${detail}; not needed, because another one is given`);
}

function nextPort(home: string, { name, usualPort }: ServerKind): number {
  return rememberedPort(home, name) ?? usualPort;
}

async function portCheck(kind: ServerKind, port: number, running: readonly ServerStatus[]): Promise<Check> {
  const name = `${kind.title} port`;
  const own = running.find((server) => server.name === kind.name && server.running);
  if (own) return ok(name, `the local server runs at ${own.address}`);
  if (port === 0) return ok(name, 'that of the last start, or any free one');
  if (!(await isTaken(port))) return ok(name, `${port} is free`);
  return warning(name, `${port} is in use by another program`, `Use another port: mvs up ${kind.portFlag} 0`);
}
