/** Headings in --help, in their order. oclif adds FLAGS to each. */
export const helpGroups = [
  'INPUT',
  'SAMPLING',
  'FRAME',
  'PUBLISHING',
  'CONSUMER',
  'MODEL',
  'MODEL SERVER',
  'FILTER',
  'STREAM',
  'KAFKA SECURITY',
  'DATABASE',
  'LOCAL SERVER',
  'GLOBAL',
] as const;

/** Puts flags under one heading of --help, unless they have their own. */
export function grouped<T extends Readonly<Record<string, object>>>(
  helpGroup: (typeof helpGroups)[number],
  flags: T,
): T {
  const all = Object.entries(flags).map(([name, flag]) => [name, { helpGroup, ...flag }]);
  return Object.fromEntries(all) as T;
}
