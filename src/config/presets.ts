import { variable } from '../core/base/variable.js';
import { presetNames, presets } from '../flags/preset.js';
import type { Setting } from './settings.js';

/**
 * Adds the settings of the preset to those of files, which take precedence.
 * @param asked the preset of this call; an unknown one adds nothing, and the flag parser reports it
 */
export function withPreset(
  said: ReadonlyMap<string, Setting>,
  asked: string | undefined,
): ReadonlyMap<string, Setting> {
  const name = asked ?? variable('MVS_PRESET') ?? said.get('preset')?.text;
  const preset = presetNames.find((one) => one === name);
  if (preset === undefined) return said;
  const from = `preset ${preset}`;
  const stood = Object.entries(presets[preset]).map(
    ([flag, value]) => [flag, { text: String(value), from, rank: Infinity }] as const,
  );
  return new Map([...stood, ...said]);
}
