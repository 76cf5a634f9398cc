import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from './cache.js';
import { javaEnvironment } from './java.js';
import { assets, digest } from './layout.js';
import type { Site, Unfit } from './site.js';

export type Profile = 'kafka' | 'mongo-emulator';

/** Changes with every version in the file, so a new release of mvs never uses the jars of an old one. */
export function pomKey(): string {
  return digest(readFileSync(assets.pom)).slice(0, 12);
}

/** Versions are defined in one place only. */
export function pomVersion(property: string): string {
  return (
    new RegExp(`<${property}>(.*)</${property}>`).exec(readFileSync(assets.pom, 'utf8'))?.[1] ?? 'unknown'
  );
}

function nameOf(profile: Profile): string {
  return `${profile}-${pomKey()}`;
}

/** True if the jars of a profile exist, or Maven is available to download them. */
export async function jarsCanBeHad(cache: string, profile: Profile): Promise<boolean> {
  if (existsSync(join(cache, nameOf(profile)))) return true;
  const { execa } = await import('execa');
  const mvn = await execa('mvn', ['--version'], { reject: false, stdin: 'ignore', timeout: 10_000 });
  return !mvn.failed;
}

/** The folder with the jars of a profile. Maven downloads them on first use. */
export async function jarsOf(site: Site, profile: Profile): Promise<string | Unfit> {
  let problem = '';
  const folder = await cached(site.layout.cache, nameOf(profile), async (part) => {
    site.step(
      `Fetching ${profile === 'kafka' ? 'Kafka (45 MB)' : 'the MongoDB emulator (8 MB)'} with Maven, once`,
    );
    problem = await copyJars(profile, part, site.signal);
    if (problem) throw new Error(problem);
  }).catch((error: unknown) => {
    if (problem) return undefined;
    throw error;
  });
  site.checkAborted();
  return folder ?? { unfit: problem };
}

/** Returns the reason of a failure. */
async function copyJars(profile: Profile, folder: string, signal: AbortSignal | undefined): Promise<string> {
  const args = ['-q', '-B', '-f', assets.pom, '-P', profile, 'dependency:copy-dependencies'];
  const { execa } = await import('execa');
  const mvn = await execa('mvn', [...args, '-DincludeScope=runtime', `-DoutputDirectory=${folder}`], {
    reject: false,
    all: true,
    stdin: 'ignore',
    env: javaEnvironment(),
    ...(signal ? { cancelSignal: signal } : {}),
  });
  if (!mvn.failed) return '';
  if (mvn.code === 'ENOENT') return 'no Maven (mvn) found';
  const reason = mvn.all.split('\n').find((line) => line.startsWith('[ERROR]'));
  return `Maven could not download ${profile}: ${reason?.slice(8) ?? mvn.shortMessage}`;
}
