import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { expect, it, onTestFinished } from 'vitest';
import type { FrameRecord } from '../../src/core/frames/frame.js';
import { freshStoreUrl, openStoreAt } from '../support/fresh.js';
import { binaryIn } from '../support/mvs.js';
import { hasPackage, python } from '../support/python.js';

/** More than a group of rows. */
const frames = 11_000;
const processedAt = new Date('2026-11-23T12:00:00.123Z');
const label = 'tabby, tabby cat — “quoted”\n';

function recordOf(video: string, frame: number): FrameRecord {
  const best = { label, classIndex: 281, confidence: frame / frames };
  const second = { label: 'tiger cat', classIndex: 282, confidence: 0.125 };
  // Some records have one prediction only.
  const top = frame % 2 === 0 ? { top: [best, second] } : {};
  return { video, frame, time: frame / 25, ...best, model: 'm', processedAt, ...top };
}

/** Files with all frames, as Parquet and as one JSON object a line. */
async function written(): Promise<Record<'parquet' | 'ndjson', string>> {
  const folder = mkdtempSync(join(tmpdir(), 'mvs-parquet-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const url = freshStoreUrl();
  const store = await openStoreAt(url);
  const records = Array.from({ length: frames }, (_, n) => recordOf(n < 8_000 ? 'cat' : 'dog', n + 1));
  for (const video of ['cat', 'dog'])
    await store.claim({ video, fingerprint: 'ab'.repeat(32), sampling: 'every=1' });
  await store.save(records);
  const run = async (format: 'parquet' | 'ndjson'): Promise<string> => {
    const file = join(folder, `frames.${format}`);
    // Through a pipe, which holds less.
    const launcher = ['bash', '-o', 'pipefail', '-c', '"$@" | cat > "$0"', file];
    const mvs = binaryIn({ MVS_STORE: url }, { launcher });
    const { exitCode, stderr } = await mvs('query', '--format', format, '--top-k', '2');
    expect({ exitCode, stderr: stderr.replace(/^warn: --top-k.*$/, '') }).toEqual({
      exitCode: 0,
      stderr: '',
    });
    return file;
  };
  const [parquet, ndjson] = await Promise.all([run('parquet'), run('ndjson')]);
  return { parquet, ndjson };
}

it('query --format parquet has every value of the records, typed, in groups of rows', async () => {
  const { parquet, ndjson } = await written();
  const file = await asyncBufferFromFile(parquet);
  const { row_groups: groups, num_rows: rows } = await parquetMetadataAsync(file);
  expect([groups.length, Number(rows)]).toEqual([2, frames]);
  const lines = (await readFile(ndjson, 'utf8')).trim().split('\n');
  const expected = lines.map((line) => {
    const {
      top,
      processedAt: at,
      ...record
    } = JSON.parse(line) as Omit<FrameRecord, 'processedAt'> & {
      processedAt: string;
    };
    const second = { label2: top?.[1]?.label, confidence2: top?.[1]?.confidence };
    return { ...record, processedAt: new Date(at), ...second };
  });
  const read = await parquetReadObjects({ file });
  expect(read.length).toBe(expected.length);
  const differing = read.filter(
    (row, n) => JSON.stringify(sorted(row)) !== JSON.stringify(sorted(expected[n] ?? {})),
  );
  expect(differing.slice(0, 2)).toEqual([]);

  if (!hasPackage('duckdb')) return;
  const asked = await python(
    `import duckdb, sys
types = duckdb.sql(f"describe from '{sys.argv[1]}'").fetchall()
sums = duckdb.sql(f"select video, count(*), sum(frame), count(label2) from '{sys.argv[1]}' group by video order by video").fetchall()
print([kind[1] for kind in types], sums)`,
    parquet,
  );
  expect(asked).toBe(
    "['VARCHAR', 'INTEGER', 'DOUBLE', 'VARCHAR', 'INTEGER', 'DOUBLE', 'VARCHAR', 'TIMESTAMP', 'VARCHAR', 'VARCHAR', 'DOUBLE'] " +
      "[('cat', 8000, 32004000, 4000), ('dog', 3000, 28501500, 1500)]",
  );
});

/** Missing values are null or left out; the order of keys does not matter. */
function sorted(row: object): unknown[] {
  const pairs = Object.entries(row).filter(([, value]) => value !== undefined && value !== null);
  return pairs.sort(([a], [b]) => (a < b ? -1 : 1));
}
