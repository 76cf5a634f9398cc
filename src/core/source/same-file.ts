import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { quoted } from '../base/text.js';
import type { Listing } from './listing.js';
import type { Source } from './source.js';

interface Distinct {
  readonly sources: Source[];
  /** One line about all paths that are not produced, because their file has another name; undefined if there are none. */
  readonly note: string | undefined;
}

/**
 * Takes each file once, by whatever paths, links and hard links it was found, preferably by a path without links. Names that
 * were given explicitly make several videos of it.
 */
export async function distinct(sources: readonly Source[], namesAreGiven: boolean): Promise<Distinct> {
  const byPlace = new Map<string, Placed>();
  const repeated: Placed[] = [];
  for (const source of sources) {
    const placed = await placeOf(source);
    const place = namesAreGiven ? `${source.video}\0${placed.place}` : placed.place;
    const first = byPlace.get(place);
    const isBetter = first !== undefined && placed.isReal && !first.isReal;
    if (!first || isBetter) byPlace.set(place, placed);
    if (first) repeated.push({ ...(isBetter ? first : placed), place });
  }
  const taken = [...byPlace.values()].map(({ source }) => source);
  return { sources: taken, note: noteAbout(repeated, byPlace) };
}

function noteAbout(repeated: readonly Placed[], byPlace: ReadonlyMap<string, Placed>): string | undefined {
  const renamed = repeated.flatMap(({ source, place }) => {
    const taken = byPlace.get(place)?.source;
    return taken && taken.video !== source.video ? [{ source, taken }] : [];
  });
  const [first] = renamed;
  if (!first) return undefined;
  const { source, taken } = first;
  const same = `${quoted(source.input)} is the same file as ${quoted(taken.input)}`;
  const others = renamed.length > 1 ? ` (and ${renamed.length - 1} more like this)` : '';
  return `${same} and is produced once, as ${quoted(taken.video)}${others}`;
}

interface Placed {
  readonly source: Source;
  readonly place: string;
  /** The path of the file has no links. */
  readonly isReal: boolean;
}

async function placeOf(source: Source): Promise<Placed> {
  if (source.kind === 'url') return { source, place: source.url.href, isReal: false };
  if (source.kind === 'live') return { source, place: source.address, isReal: false };
  if (source.kind === 'stdin') return { source, place: '-', isReal: false };
  const given = path.resolve(source.input);
  const real = await realpath(given).catch(() => given);
  const stats = await stat(given, { bigint: true }).catch(() => undefined);
  // Some network disks have no unique inode numbers, but those have no hard links either.
  const hasHardLinks = stats !== undefined && stats.nlink > 1n;
  return { source, place: hasHardLinks ? `${stats.dev}:${stats.ino}` : real, isReal: given === real };
}

/** The videos of a folder, without links to others of them. Cheap, because a watched folder is listed again and again. */
export async function withoutLinks(
  folder: string,
  { videos, links }: Pick<Listing, 'videos' | 'links'>,
): Promise<readonly string[]> {
  if (links.size === 0) return videos;
  const root = await realpath(folder);
  const files = videos.filter((file) => !links.has(file));
  const targets = new Set(files.map((file) => path.join(root, path.relative(folder, file))));
  for (const link of links) {
    const target = await realpath(link).catch(() => undefined);
    if (target === undefined || targets.has(target)) continue;
    targets.add(target);
    files.push(link);
  }
  return files;
}
