import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Java } from './java.js';
import { digest, type Layout } from './layout.js';

/**
 * Class-data sharing: the first clean stop of a server writes what its Java has loaded, later starts map that file and
 * take half as long. Java checks the file and does without it where it does not fit.
 */
export function archiveArguments(layout: Layout, jars: string, java: Java): string[] {
  const archive = `${jars}-${digest(java.build, jars).slice(0, 8)}.jsa`;
  const quiet = ['-Xshare:auto', '-Xlog:cds=off', '-Xlog:cds+dynamic=off'];
  if (existsSync(archive)) return [...quiet, `-XX:SharedArchiveFile=${archive}`];
  const draft = join(draftsOf(layout), basename(archive));
  mkdirSync(draftsOf(layout), { recursive: true });
  // From a server that was killed: who knows how much of it is there.
  rmSync(draft, { force: true });
  return [...quiet, `-XX:ArchiveClassesAtExit=${draft}`];
}

/** After a clean stop: what the server wrote is whole, and serves every home with this cache from now on. */
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
