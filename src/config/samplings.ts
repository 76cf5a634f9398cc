import type { Setting } from './settings.js';
import { readSwitch } from './switches.js';
import type { FlagForms } from './typed.js';
import { variable } from './variable.js';

/** Flags of which one counts: how frames are chosen. */
const samplings = ['every', 'fps', 'keyframes', 'scene'] as const;

/**
 * Settings with no sampling but the one that counts most: what a profile says takes the place of another sampling that its file says, and
 * a variable the place of both. Two of the same rank stay, and are refused where they are used.
 */
export function withoutOutranked(
  settings: ReadonlyMap<string, Setting>,
  flags: FlagForms,
): ReadonlyMap<string, Setting> {
  const said = samplings.filter((name) => chooses(name, settings.get(name)?.text));
  const best = Math.min(...said.map((name) => settings.get(name)?.rank ?? Infinity));
  const inVariable = samplings.some((name) => chooses(name, variable(flags[name]?.env ?? '')));
  const outranked = new Set<string>(said.filter((name) => inVariable || settings.get(name)?.rank !== best));
  return new Map([...settings].filter(([name]) => !outranked.has(name)));
}

/** A switch that is off chooses nothing. */
function chooses(name: (typeof samplings)[number], text: string | undefined): boolean {
  return text !== undefined && !(name === 'keyframes' && readSwitch(text) === false);
}
