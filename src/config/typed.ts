/** The form of a flag on the command line. */
export interface FlagForm {
  readonly type: 'boolean' | 'option';
  readonly env?: string | undefined;
  readonly char?: string | undefined;
  readonly aliases?: readonly string[] | undefined;
  readonly charAliases?: readonly string[] | undefined;
}

export type FlagForms = Readonly<Record<string, FlagForm>>;

/**
 * The flags on a command line, by name, with the last value of each (`true` or `false` for a switch). Parses like oclif, for what must be
 * known before oclif parses.
 */
export function typedIn(argv: readonly string[], flags: FlagForms): ReadonlyMap<string, string> {
  const typed = new Map<string, string>();
  const end = argv.indexOf('--');
  const rest = argv.slice(0, end === -1 ? undefined : end);
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const { long, value, char, more } = form.exec(argument)?.groups ?? {};
    const name = Object.keys(flags).find((one) => isNamed(one, flags[one], long ?? '', char ?? ''));
    if (name === undefined) continue;
    const [given, isSwitch] = [value ?? more?.replace(/^=/, ''), flags[name]?.type === 'boolean'];
    typed.set(name, isSwitch ? String(long !== `no-${name}`) : (given ?? rest.shift() ?? ''));
    // Short switches may be combined: -vq.
    if (isSwitch && more !== undefined) rest.unshift(`-${more}`);
  }
  return typed;
}

/** Those of these flags that were typed, for another command. Variables and files apply to it anyway. */
export function retyped(
  raw: readonly { readonly type: string; readonly flag?: string; readonly input: string }[],
  names: readonly string[],
): string[] {
  return raw.flatMap(({ type, flag = '', input }) =>
    type === 'flag' && names.includes(flag) ? [`--${flag}`, input] : [],
  );
}

/** `--name`, `--name=value`, `-c`, `-cvalue` or `-c=value`. */
const form = /^(?:--(?<long>[^=]+)(?:=(?<value>[^]*))?|-(?<char>[a-z])(?<more>[^]+)?)$/i;

function isNamed(name: string, flag: FlagForm | undefined, long: string, char: string): boolean {
  const { char: own, aliases = [], charAliases = [] } = flag ?? {};
  return [name, `no-${name}`, ...aliases].includes(long) || [own, ...charAliases].includes(char);
}
