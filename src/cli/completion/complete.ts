import { kindOfArgument, kindOfFlag, type Kind, type NameKind } from './kinds.js';

/** The parts of oclif.manifest.json that are needed. */
export interface Flag {
  readonly name: string;
  readonly type: 'boolean' | 'option';
  readonly char?: string;
  readonly description?: string;
  readonly helpValue?: string;
  readonly options?: readonly string[];
  readonly multiple?: boolean;
  readonly hidden?: boolean;
  readonly allowNo?: boolean;
  readonly aliases?: readonly string[];
  readonly charAliases?: readonly string[];
}
export interface Command {
  readonly id: string;
  readonly summary?: string;
  readonly hidden?: boolean;
  readonly strict?: boolean;
  readonly flags: Readonly<Record<string, Flag>>;
  readonly args: Readonly<
    Record<
      string,
      { readonly name: string; readonly options?: readonly string[]; readonly description?: string }
    >
  >;
}
export type Commands = Readonly<Record<string, Command>>;

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** What the current word can become. */
export interface Completion {
  /** Candidates begin with the current word. */
  readonly candidates: readonly Candidate[];
  /** What the shell completes itself. */
  readonly paths?: 'files' | 'folders';
  /** Names to look up, with the flags of the line, which say where. */
  readonly names?: {
    readonly kind: NameKind;
    readonly prefix: string;
    readonly word: string;
    readonly flags: readonly string[];
  };
}

/** @param words after the name of the program; the last one is being typed and may be empty */
export function complete(words: readonly string[], commands: Commands): Completion {
  const [before, word] = [words.slice(0, -1), words.at(-1) ?? ''];
  const at = before.findIndex(
    (each, n) => commands[idAt(before, n).id] !== undefined && !each.startsWith('-'),
  );
  if (at === -1) return { candidates: commandsFor(before, word, commands) };
  const { id, length } = idAt(before, at);
  const command = commands[id];
  if (!command) return { candidates: [] };
  return completeIn(command, [...before.slice(0, at), ...before.slice(at + length)], word);

  /** `topic:create`, also as two words. */
  function idAt(all: readonly string[], n: number): { id: string; length: number } {
    const pair = `${all[n] ?? ''}:${all[n + 1] ?? ''}`;
    return commands[pair] ? { id: pair, length: 2 } : { id: all[n] ?? '', length: 1 };
  }
}

function commandsFor(before: readonly string[], word: string, commands: Commands): Candidate[] {
  const shown = Object.values(commands).filter(({ hidden }) => !hidden);
  const topic = before.at(-1);
  if (word.startsWith('-')) {
    const everywhere = shown[0]?.flags ?? {};
    const common = Object.values(everywhere).filter(({ name }) => shown.every(({ flags }) => name in flags));
    return starting(word, [...common.flatMap(formsOf), ...rootFlags]);
  }
  if (topic !== undefined && !topic.startsWith('-')) {
    const below = shown.filter(({ id }) => id.startsWith(`${topic}:`));
    return starting(
      word,
      below.map(({ id, summary = '' }) => ({ value: id.slice(topic.length + 1), description: summary })),
    );
  }
  return starting(
    word,
    shown.map(({ id, summary = '' }) => ({ value: id, description: summary })),
  );
}

const rootFlags = [
  { value: '--help', description: 'show help' },
  { value: '--version', description: 'show the version' },
];

function completeIn(command: Command, before: readonly string[], word: string): Completion {
  const { waiting, given, positions, ended } = read(command, before);
  const context = { flags: before };
  if (waiting) return valuesOf(kindOf(command, waiting), { word, prefix: '', ...context });
  const [, name = '', value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  const assigned = ended || value === undefined ? undefined : flagNamed(command, name);
  if (assigned)
    return valuesOf(kindOf(command, assigned), { word: value ?? '', prefix: `${name}=`, ...context });
  if (word.startsWith('-') && !ended) {
    const open = Object.values(command.flags).filter(
      (flag) => !flag.hidden && (flag.multiple === true || !given.has(flag.name)),
    );
    return { candidates: starting(word, [...open.flatMap(formsOf), ...rootFlags.slice(0, 1)]) };
  }
  const all = Object.values(command.args);
  const argument = all[positions] ?? (command.strict === false ? all.at(-1) : undefined);
  if (!argument) return { candidates: [] };
  const kind = argument.options ? { values: argument.options } : kindOfArgument(command.id, argument.name);
  return valuesOf(kind ?? 'nothing', { word, prefix: '', ...context });
}

interface Line {
  /** The flag whose value is the current word. */
  waiting: Flag | undefined;
  readonly given: ReadonlySet<string>;
  /** The number of arguments so far. */
  positions: number;
  /** After `--`, everything is an argument. */
  ended: boolean;
}

function read(command: Command, before: readonly string[]): Line {
  const given = new Set<string>();
  const line: Line = { waiting: undefined, given, positions: 0, ended: false };
  for (const word of before) {
    const flag = line.ended || line.waiting ? undefined : flagNamed(command, word.replace(/=.*/s, ''));
    if (line.waiting) line.waiting = undefined;
    else if (word === '--' && !line.ended) line.ended = true;
    else if (flag) {
      given.add(flag.name);
      line.waiting = flag.type === 'option' && takesNext(word) ? flag : undefined;
    } else if (line.ended || !word.startsWith('-')) line.positions++;
  }
  return line;
}

/** False for `--name=value` and `-nvalue`. */
function takesNext(word: string): boolean {
  return word.startsWith('--') ? !word.includes('=') : word.length === 2;
}

function flagNamed({ flags }: Command, word: string): Flag | undefined {
  const long = word.startsWith('--') ? word.slice(2) : undefined;
  const char = /^-([a-z])/i.exec(word)?.[1];
  return Object.values(flags).find(({ name, aliases = [], char: own, charAliases = [] }) =>
    long === undefined
      ? char !== undefined && [own, ...charAliases].includes(char)
      : [name, `no-${name}`, ...aliases].includes(long),
  );
}

function kindOf(command: Command, { name, options, helpValue }: Flag): Kind {
  return options ? { values: options } : kindOfFlag(command.id, name, helpValue);
}

function valuesOf(
  kind: Kind,
  { word, prefix, flags }: { word: string; prefix: string; flags: readonly string[] },
): Completion {
  if (kind === 'nothing') return { candidates: [] };
  if (kind === 'files' || kind === 'folders') return { candidates: [], paths: kind };
  if (typeof kind === 'string') {
    // A network can be a file as well.
    const paths = kind === 'models' ? { paths: 'files' as const } : {};
    return { candidates: [], ...paths, names: { kind, prefix, word, flags } };
  }
  const values = kind.values.map((value) => ({ value: `${prefix}${value}`, description: '' }));
  return { candidates: starting(`${prefix}${word}`, values) };
}

/** `--progress` and `--no-progress`. */
function formsOf({ name, description = '', allowNo }: Flag): Candidate[] {
  const on = { value: `--${name}`, description };
  return allowNo ? [on, { value: `--no-${name}`, description: `not: ${description}` }] : [on];
}

export function starting(word: string, candidates: readonly Candidate[]): Candidate[] {
  return candidates
    .filter(({ value }) => value.startsWith(word))
    .sort((a, b) => (a.value < b.value ? -1 : 1));
}
