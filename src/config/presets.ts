import type { Setting } from './settings.js';
import { variable } from './variable.js';

/**
 * Default settings for a purpose. None of them reduces safety: every frame is acknowledged by all in-sync replicas (acks=all, idempotent,
 * one request in flight on each lane) and stored before its offset is committed.
 */
export const presets = {
  /** A frame is stored soon after it is published. */
  latency: { 'publish-linger': 5, batch: 4, linger: 20 },
  /** Fewer, larger requests and batches. */
  throughput: { 'publish-linger': 500, batch: 128, linger: 1000 },
  /** Few frames are redelivered after a crash, and a slow member does not count as dead. */
  durability: { batch: 16, linger: 200, 'session-timeout': 30_000 },
} as const;

export const presetNames = Object.keys(presets) as (keyof typeof presets)[];

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
