import { MvsError } from '../core/base/errors.js';
import { didYouMean, nearest } from '../core/base/nearest.js';
import type { Settings, Value } from './check.js';
import type { ConfigFile } from './files.js';

/** The value of a flag that is not on the command line, in the form of its variable, and its source: the variable, or a file (and profile). */
export interface Given {
  readonly text: string;
  readonly from: string;
}

/** A setting in a file. */
export interface Setting extends Given {
  /** Its precedence; a lower rank overrides a higher one. */
  readonly rank: number;
}

/** What can be set: each command with the names of its flags. */
export type Known = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The settings of files for one command. A profile overrides the rest of its file, a section for the command overrides the
 * settings for all commands, and the first file overrides the second.
 * @throws MvsError CONFIG if a file names an unknown flag, command or profile
 */
export function settingsOf(
  files: readonly ConfigFile[],
  profile: string | undefined,
  command: string | undefined,
  known: Known,
): Map<string, Setting> {
  if (profile !== undefined) mustExist(profile, files);
  const found = new Map<string, Setting>();
  let rank = 0;
  for (const { path, settings, profiles } of files) {
    const chosen = profile === undefined ? undefined : profiles[profile];
    const parts = [
      ...(chosen ? [{ part: chosen, from: `profile ${profile} of ${path}` }] : []),
      { part: settings, from: path },
    ];
    for (const { part, from } of parts) {
      mustBeKnown(part, from, known);
      for (const said of [ofCommand(part, command), ofAll(part)]) {
        rank += 1;
        for (const [name, text] of said) if (!found.has(name)) found.set(name, { text, from, rank });
      }
    }
  }
  return found;
}

/** The effective profile: chosen for this call, else by `config:use`, else named by the nearest file. */
export function profileOf(
  files: readonly ConfigFile[],
  ...chosen: readonly (string | undefined)[]
): string | undefined {
  return [...chosen, ...files.map(({ profile }) => profile)].find(
    (name) => name !== undefined && name !== '',
  );
}

/** @throws MvsError CONFIG */
export function mustExist(profile: string, files: readonly ConfigFile[]): void {
  const names = files.flatMap(({ profiles }) => Object.keys(profiles));
  if (names.includes(profile)) return;
  const where =
    files.length === 0 ? 'no mvs.config file was found' : files.map(({ path }) => path).join(' and ');
  throw new MvsError('CONFIG', `there is no profile ${JSON.stringify(profile)} (${where})`, {
    hint:
      names.length === 0
        ? 'Define profiles in mvs.config.yaml under "profiles:", or deselect the profile with "mvs config:use --none".'
        : `Choose one of: ${names.join(', ')}. "mvs config:use --none" deselects the profile.`,
  });
}

function ofAll(part: Settings): [string, string][] {
  return Object.entries(part).flatMap(([name, value]) => (isSection(value) ? [] : [[name, textOf(value)]]));
}

function ofCommand(part: Settings, command: string | undefined): [string, string][] {
  const section = command === undefined ? undefined : part[command];
  if (section === undefined || !isSection(section)) return [];
  return Object.entries(section).map(([name, value]) => [name, textOf(value)]);
}

function mustBeKnown(part: Settings, from: string, known: Known): void {
  const flags = new Set([...known.values()].flatMap((names) => [...names]));
  for (const [name, value] of Object.entries(part)) {
    const section = isSection(value) ? known.get(name) : undefined;
    if (isSection(value) && !section) throw unknown('command', name, [...known.keys()], from);
    if (!isSection(value) && !flags.has(name)) throw unknown('flag', name, [...flags], from);
    if (!section || !isSection(value)) continue;
    for (const flag of Object.keys(value)) {
      if (!section.has(flag)) throw unknown(`flag of ${name}`, flag, [...section], from);
    }
  }
}

function unknown(what: string, name: string, names: readonly string[], from: string): MvsError {
  return new MvsError('CONFIG', `${from} sets ${JSON.stringify(name)}, which is not a ${what}`, {
    hint: `${didYouMean(nearest(name, names))}"mvs config:show" lists all settings.`,
  });
}

function isSection(value: Settings[string]): value is Record<string, Value> {
  return typeof value === 'object' && !Array.isArray(value);
}

/** The value in the form of a variable. */
function textOf(value: Value): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}
