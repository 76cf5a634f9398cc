import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import path from 'node:path';
import prettier from 'prettier';
import type { Findings, Limit, Ratio, Table } from './results.js';

const docs = path.resolve(import.meta.dirname, '../../docs');
const [begin, end] = ['<!-- bench: begin -->', '<!-- bench: end -->'];

/** All results by benchmark. A new run of a benchmark replaces its old result. */
type Known = Record<
  string,
  Findings & { readonly at: string; readonly machine: string; readonly rounds: number }
>;

/** Writes the results to docs/performance.json, and the tables between the marks in docs/performance.md. */
export async function report(name: string, findings: Findings, rounds: number): Promise<void> {
  const json = path.join(docs, 'performance.json');
  const known = JSON.parse(await readFile(json, 'utf8').catch(() => '{}')) as Known;
  known[name] = { at: new Date().toISOString().slice(0, 10), machine: machine(), rounds, ...findings };
  await writeFormatted(json, JSON.stringify(known));
  const page = path.join(docs, 'performance.md');
  const text = await readFile(page, 'utf8');
  const [before, rest = ''] = text.split(begin);
  await writeFormatted(
    page,
    `${before ?? ''}${begin}\n\n${render(known)}\n\n${end}${rest.split(end)[1] ?? ''}`,
  );
}

async function writeFormatted(file: string, text: string): Promise<void> {
  const options = await prettier.resolveConfig(file);
  await writeFile(file, await prettier.format(text, { ...options, filepath: file }));
}

function machine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${first?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores, ${memory} GiB, Node ${process.versions.node}`;
}

function render(known: Known): string {
  const all = Object.values(known);
  const machines = [...new Set(all.map(({ at, machine }) => `${machine} (${at})`))].join('; ');
  return [
    `Measured on ${machines}.`,
    '## Ratios',
    table({
      head: ['what', 'at least', 'min', 'median', 'max', ''],
      rows: all.flatMap(({ ratios = [] }) => ratios.map(ratioRow)),
    }),
    '## Limits',
    table({
      head: ['what', 'at most', 'min', 'median', 'max', ''],
      rows: all.flatMap(({ limits = [] }) => limits.map(limitRow)),
    }),
    ...all
      .flatMap(({ tables = [] }) => tables)
      .flatMap(({ title, note, ...rest }) => [`## ${title}`, table(rest), note ?? '']),
  ].join('\n\n');
}

function ratioRow({ what, atLeast, min, median, max }: Ratio): string[] {
  const bar = atLeast === undefined ? ['', ''] : [`${atLeast}×`, median >= atLeast ? 'met' : '**not met**'];
  return [what, bar[0] ?? '', ...[min, median, max].map((x) => `${x.toFixed(2)}×`), bar[1] ?? ''];
}

function limitRow({ what, unit, atMost, min, median, max }: Limit): string[] {
  const digits = atMost >= 100 ? 0 : 2;
  const values = [atMost, min, median, max].map((x) => `${x.toFixed(digits)} ${unit}`);
  return [what, ...values, median <= atMost ? 'met' : '**not met**'];
}

function table({ head, rows }: Omit<Table, 'title' | 'note'>): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
