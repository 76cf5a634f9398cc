import { readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assets } from './layout.js';
import type { Unfit } from './site.js';

const OLDEST = 17;

export interface Java {
  readonly java: string;
  readonly javac: string;
  /** The exact build, because class-data archives work with no other. */
  readonly build: string;
}

/** What was found, by where it was looked for: starting a JVM takes half a second. */
const known = new Map<string, Java>();

/** The Java in JAVA_HOME or, if that is not set, on the PATH, if it is new enough. */
export async function findJava(): Promise<Java | Unfit> {
  const { JAVA_HOME = '', PATH = '' } = process.env;
  const place = JAVA_HOME || PATH;
  const found = known.get(place) ?? (await askJava(JAVA_HOME));
  if (!('unfit' in found)) known.set(place, found);
  return found;
}

async function askJava(home: string): Promise<Java | Unfit> {
  const candidate = home ? join(home, 'bin', 'java') : 'java';
  const { execa } = await import('execa');
  const shown = await execa(candidate, ['-XshowSettings:properties', '-version'], {
    reject: false,
    timeout: 20_000,
    env: javaEnvironment(),
  });
  if (shown.failed) return { unfit: home ? `no Java found in JAVA_HOME (${home})` : 'no Java found' };
  const property = (name: string) =>
    new RegExp(`^\\s*${name} = (.*)$`, 'm').exec(shown.stderr)?.[1]?.trim() ?? '';
  const version = property('java.specification.version');
  if (!(Number(version) >= OLDEST))
    return { unfit: `Java ${version} is too old; version ${OLDEST} or newer is required` };
  const bin = join(property('java.home'), 'bin');
  return { java: join(bin, 'java'), javac: join(bin, 'javac'), build: property('java.runtime.version') };
}

/**
 * For servers that share few cores with the consumers and do not run for days. Without the optimizing compiler, a broker uses a third less
 * CPU in its first minutes, consumers classify 14 % more frames in that time, and the broker is not slower afterwards.
 */
export const frugal = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'] as const;

/** In a locale other than UTF-8, Java cannot open files with non-ASCII names. */
export function javaEnvironment(): Record<string, string> {
  return process.platform === 'linux' ? { LC_ALL: 'C.UTF-8' } : {};
}

/** Sorted, so that the class path is always the same, because class-data archives depend on it. */
export function classPath(...folders: readonly string[]): string {
  const entries = folders.flatMap((folder) => {
    const jars = readdirSync(folder).filter((name) => name.endsWith('.jar'));
    return jars.length > 0 ? jars.sort().map((jar) => join(folder, jar)) : [folder];
  });
  return entries.join(delimiter);
}

export function loggingArguments(logFile: string): string[] {
  return [`-Dlog4j2.configurationFile=${pathToFileURL(assets.logging).href}`, `-Dmvs.log=${logFile}`];
}
