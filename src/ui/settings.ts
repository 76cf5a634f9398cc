import type { EffectiveSetting } from '../config/effective.js';
import { renderTable } from './table.js';

interface Shown {
  readonly files: readonly string[];
  readonly profile: string | null;
  readonly settings: readonly EffectiveSetting[];
}

export function renderSettings({ files, profile, settings }: Shown): string {
  const rows = settings.map(({ name, value, variable, from }) => [name, value, variable, from]);
  const heads = [
    files.length === 0 ? 'no mvs.config file' : `files:   ${files.join(', ')}`,
    `profile: ${profile ?? 'none'}`,
  ];
  return `${heads.join('\n')}\n\n${renderTable(['SETTING', 'VALUE', 'VARIABLE', 'FROM'], rows)}`;
}

interface Listed {
  readonly current: string | null;
  readonly profiles: readonly { readonly name: string; readonly file: string }[];
}

export function renderProfiles({ current, profiles }: Listed): string {
  if (profiles.length === 0) return 'no profiles; define them under "profiles:" in mvs.config.yaml';
  const rows = profiles.map(({ name, file }) => [name === current ? '*' : '', name, file]);
  return renderTable(['', 'PROFILE', 'FILE'], rows);
}
