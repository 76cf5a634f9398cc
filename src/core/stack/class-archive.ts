import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Java } from './java.js';
import { digest, type Layout } from './layout.js';

const quiet = ['-Xshare:auto', '-Xlog:cds=off', '-Xlog:cds+dynamic=off'];

/**
 * Class-data sharing: the first clean stop of a server writes its loaded classes to a file. Later starts map this file and
 * take half as long. Java checks the file and ignores it if it does not match.
 */
export function archiveArguments(layout: Layout, jars: string, java: Java): string[] {
  const archive = archiveOf(jars, java);
  if (existsSync(archive)) return sharedClasses(jars, java);
  const draft = join(draftsOf(layout), basename(archive));
  mkdirSync(draftsOf(layout), { recursive: true });
  // A server that was killed may have left an incomplete file.
  rmSync(draft, { force: true });
  return [...quiet, `-XX:ArchiveClassesAtExit=${draft}`];
}

/** For the tools that come with a server: they use its archive, if there is one. */
export function sharedClasses(jars: string, java: Java): string[] {
  const archive = archiveOf(jars, java);
  return existsSync(archive) ? [...quiet, `-XX:SharedArchiveFile=${archive}`] : quiet;
}

/** The file for these jars and this build of Java, whether it exists or not. */
export function archiveOf(jars: string, java: Java): string {
  return `${jars}-${digest(java.build, jars).slice(0, 8)}.jsa`;
}

/** After a clean stop the archive is complete, and is used by every home with this cache from now on. */
export function adoptArchives(layout: Layout): void {
  const drafts = draftsOf(layout);
  if (!existsSync(drafts)) return;
  for (const name of readdirSync(drafts).filter((entry) => entry.endsWith('.jsa'))) {
    const part = join(layout.cache, `${name}.part-${process.pid}`);
    mkdirSync(layout.cache, { recursive: true });
    copyFileSync(join(drafts, name), part);
    renameSync(part, join(layout.cache, name));
  }
  rmSync(drafts, { recursive: true, force: true });
}

function draftsOf(layout: Layout): string {
  return join(layout.root, 'class-archives');
}
