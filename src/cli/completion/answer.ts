import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { typedIn } from '../../config/typed.js';
import { complete, starting, type Commands, type Completion } from './complete.js';

/** A shell waits for the answer, so a server that is slow is left out. */
const patienceMs = 2_000;

/**
 * Prints how the last word can go on, one candidate per line with its description after a tab; `@files` or `@folders` if it can be a path.
 * Called by the scripts of "mvs completion". Errors are not shown: there is no place for them.
 *
 * @param root the folder of package.json
 * @public for bin/run.js
 */
export async function answerCompletion(words: readonly string[], root: string): Promise<void> {
  const { commands } = JSON.parse(await readFile(join(root, 'oclif.manifest.json'), 'utf8')) as {
    commands: Commands;
  };
  const all: Commands = { ...commands, help };
  const { candidates, paths, names } = complete(words, all);
  if (paths) print(`@${paths}`);
  for (const { value, description } of candidates) print(`${value}\t${shortened(description)}`);
  if (names?.kind === 'commands') {
    const ids = Object.values(commands).filter(({ hidden }) => !hidden);
    const known = ids.map(({ id, summary = '' }) => ({ value: id, description: summary }));
    for (const { value, description } of starting(names.word, known)) print(`${value}\t${description}`);
  } else if (names) await lookUp(names, commands.names?.flags ?? {}, root);
}

/** Of a plugin. */
const help: Commands[string] = {
  id: 'help',
  summary: 'Show the help of a command.',
  flags: {},
  args: { command: { name: 'command' } },
};

/** The hidden command `names` knows all settings, as every command does. */
async function lookUp(
  { kind, prefix, word, flags }: NonNullable<Completion['names']>,
  known: Commands[string]['flags'],
  root: string,
): Promise<void> {
  const { main } = await import('../main.js');
  // After loading, which takes longest on a busy machine.
  setTimeout(() => process.exit(), patienceMs);
  const settings = Array.from(typedIn(flags, known), ([name, value]) =>
    known[name]?.type === 'option' ? `--${name}=${value}` : `--${value === 'true' ? '' : 'no-'}${name}`,
  );
  await main(['names', kind, ...settings, '--quiet', `--before=${prefix}`, `--starting=${word}`], root);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The first clause, so that a line stays a line. */
function shortened(description: string): string {
  return description
    .replaceAll(/\s+/g, ' ')
    .replace(/ ?[[;:].*/, '')
    .slice(0, 90);
}
