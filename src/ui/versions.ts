import { plural } from '../core/base/text.js';
import { unknownDigest } from '../core/frames/model-version.js';
import type { ListedVersion, VersionsView } from '../core/operate/look-at-versions.js';
import type { VersionView } from '../core/operate/version-view.js';
import { renderTable, renderTableWithin, type Cell } from './table.js';
import { ago } from './units.js';

const legacy =
  'An earlier mvs stored results under this name. It did not note what decided them, so they cannot be compared.';

/** The versions in the database, or why they are unknown. */
export function renderVersions({ problem, videos, versions }: VersionsView, width: number): string {
  if (versions === null) return `versions in the database: unavailable, ${problem ?? 'unknown'}`;
  if (versions.length === 0) return 'versions in the database: none, because no results are stored yet';
  const rows = versions.map((one): Cell[] => [
    one.version,
    one.active ? 'yes' : '',
    one.videos,
    one.frames,
    one.complete === null || videos === null ? null : `${one.complete} of ${videos}`,
    ago(one.firstUsed),
    ago(one.lastUsed),
  ]);
  const head = ['VERSION', 'ACTIVE', 'VIDEOS', 'FRAMES', 'COMPLETE', 'FIRST USE', 'LAST USE'];
  const table = renderTableWithin(width, head, rows, ['FIRST USE', 'LAST USE']);
  return [table, ...notes(versions)].join('\n');
}

function notes(versions: readonly ListedVersion[]): string[] {
  const uncounted = versions.some(({ frames }) => frames === null);
  const isLegacy = versions.some(({ version }) => version.endsWith(`@${unknownDigest}`));
  return [
    ...(uncounted ? ['not all results were counted in time; "mvs verify --model NAME" counts them'] : []),
    ...(isLegacy ? [`@${unknownDigest}: ${legacy}`] : []),
  ];
}

/** A version, what decides its output, and what differs from another one. */
export function renderVersion({ version, digest, facts, stored, ...compared }: VersionView): string {
  const rows: [string, Cell][] = [
    ['version', version],
    ...(digest === unknownDigest ? [] : ([['digest', digest]] as [string, Cell][])),
    ...(stored
      ? ([
          ['first use', stored.firstUsed.toISOString()],
          ['last use', stored.lastUsed.toISOString()],
          ['active', stored.active ? 'yes' : 'no'],
        ] as [string, Cell][])
      : []),
    ...(facts ?? []).map(({ fact, value }): [string, Cell] => [fact, value]),
  ];
  const about = renderTable(['', ''], rows).trimStart();
  return [about, ...(digest === unknownDigest ? [legacy] : []), ...differences(version, compared)].join(
    '\n\n',
  );
}

function differences(
  version: string | null,
  { comparedWith, differences: found }: Pick<VersionView, 'comparedWith' | 'differences'>,
): string[] {
  if (comparedWith === null) return [];
  if (found === null) return [`what differs from ${comparedWith} is unknown`];
  if (found.length === 0) return [`the same version as ${comparedWith}`];
  const rows = found.map(({ fact, one, other }) => [fact, shortened(one), shortened(other)]);
  return [
    `${plural(found.length, 'difference')} from ${comparedWith}`,
    renderTable(['DIFFERS', version ?? '', comparedWith], rows),
  ];
}

/** The beginning of a checksum identifies it. */
function shortened(value: string | null): string | null {
  return value !== null && /^[\da-f]{64}$/.test(value) ? value.slice(0, 12) : value;
}
