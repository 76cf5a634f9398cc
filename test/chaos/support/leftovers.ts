import { readdirSync, readFileSync } from 'node:fs';
import { vi } from 'vitest';

/** Waits until no process is left that was started with this topic in its environment: mvs and its ffmpeg. */
export async function untilNoneIsLeft(topic: string): Promise<void> {
  const none = (): void => {
    const left = processesOf(topic);
    if (left.length > 0) throw new Error(`processes left over: ${left.join('; ')}`);
  };
  await vi.waitFor(none, { timeout: 10_000, interval: 100 });
}

function processesOf(topic: string): string[] {
  return pids().flatMap((pid) => {
    try {
      const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (!variables.includes(`MVS_TOPIC=${topic}`)) return [];
      return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`];
    } catch {
      // Ended meanwhile, or somebody else's.
      return [];
    }
  });
}

/** Only Linux tells the environment of a process. */
function pids(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}
