import { Flags } from '@oclif/core';

/**
 * Settings for a purpose, by flag. They apply where no flag, variable or file says otherwise. None of them gives up safety: every frame
 * waits for all in-sync replicas (acks=all, idempotent, one request in flight on each lane), and is stored before its offset is committed.
 */
export const presets = {
  /** A frame is stored soon after it was published. */
  latency: { 'publish-linger': 5, batch: 4, linger: 20 },
  /** Fewer, larger requests and batches. */
  throughput: { 'publish-linger': 500, batch: 128, linger: 1000 },
  /** Few frames are delivered again after a crash, and a slow member is not taken for dead. */
  durability: { batch: 16, linger: 200, 'session-timeout': 30_000 },
} as const;

export const presetNames = Object.keys(presets) as (keyof typeof presets)[];

/** For producers and consumers. */
export const presetFlags = {
  preset: Flags.option({
    description:
      'settings for a purpose, used where no flag, variable or file says otherwise (docs/configuration.md)',
    env: 'MVS_PRESET',
    options: presetNames,
  })(),
};
