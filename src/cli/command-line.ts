import type { Interfaces } from '@oclif/core';
import { typedIn, type FlagForms } from '../config/typed.js';

type Commands = Pick<Interfaces.Config, 'commands' | 'findCommand'>;

/**
 * A command line as oclif expects it: the command first, as `topic:create`. Users also type flags before the command, `mvs topic create`
 * (oclif would show the help of the topic, and exit with 0), and `mvs -v` for the version.
 */
export function commandLine(argv: readonly string[], config: Commands, topics: object): string[] {
  if (argv.length === 1 && /^(-v|-V)$/.test(argv[0] ?? '')) return ['--version'];
  const plain = joinTopic(argv, topics);
  return plain[0]?.startsWith('-') ? commandFirst(plain, config, topics) : plain;
}

function joinTopic([first, second, ...rest]: readonly string[], topics: object): string[] {
  if (first === undefined) return [];
  if (second === undefined) return [first];
  const isPair = Object.hasOwn(topics, first) && /^[a-z]/.test(second);
  return isPair ? [`${first}:${second}`, ...rest] : [first, second, ...rest];
}

/** The first word that names a command which has the flags before it; else the first that names one, which then refuses them. */
function commandFirst(argv: readonly string[], config: Commands, topics: object): string[] {
  const end = argv.indexOf('--');
  const readings = argv.slice(0, end === -1 ? undefined : end).flatMap((word, n) => {
    const [id = '', ...rest] = word.startsWith('-') ? [] : joinTopic(argv.slice(n), topics);
    const [before, flags] = [argv.slice(0, n), config.findCommand(id)?.flags];
    return flags ? [{ line: [id, ...before, ...rest], unknown: unknownIn(before, flags) }] : [];
  });
  const known = readings.find(({ unknown }) => unknown.length === 0);
  const refused = readings.find(({ unknown }) => unknown.every((word) => word.startsWith('-')));
  return (known ?? refused)?.line ?? [...argv];
}

/** The words that are neither flags of the command nor their values. A last flag without its value counts too. */
function unknownIn(words: readonly string[], flags: FlagForms): string[] {
  const mark = '\0';
  const unknown: string[] = [];
  let waiting: string | undefined;
  for (const word of words) {
    const typed = waiting === undefined ? [...typedIn([word, mark], { ...flags, ...help }).values()] : [];
    if (waiting === undefined && typed.length === 0) unknown.push(word);
    waiting = typed.includes(mark) ? word : undefined;
  }
  return waiting === undefined ? unknown : [...unknown, 'a value'];
}

/** oclif's own. */
const help: FlagForms = { help: { type: 'boolean', char: 'h' } };
