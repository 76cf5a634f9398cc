import type { Setting } from './settings.js';
import { variable } from './variable.js';

/**
 * Settings for a purpose, where nobody says otherwise. None of them trades safety away: every frame waits for all in-sync replicas
 * (acks=all, idempotent, one request in flight on each lane) and is stored before its offset is committed.
 */
export const presets = {
  /** A frame is stored soon after it was published. */
  latency: { 'publish-linger': 5, batch: 4, linger: 20 },
  /** Fewer, larger requests and batches. */
  throughput: { 'publish-linger': 500, batch: 128, linger: 1000 },
  /** Little comes again after a crash, and a member that is slow is not taken for dead. */
  durability: { batch: 16, linger: 200, 'session-timeout': 30_000 },
} as const;

export const presetNames = Object.keys(presets) as (keyof typeof presets)[];

/**
 * Adds what the preset stands for to the settings that files say, where these say nothing.
 * @param asked the preset of this call; one that there is not adds nothing, and the parser of flags says so
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
