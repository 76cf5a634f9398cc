import { readFileSync } from 'node:fs';
import { vi } from 'vitest';
import { pidsWith } from '../../support/processes.js';

/** Waits until no process is left that was started with this topic in its environment: mvs and its ffmpeg. */
export async function untilNoneIsLeft(topic: string): Promise<void> {
  const none = (): void => {
    const left = pidsWith(`MVS_TOPIC=${topic}`).map((pid) => `${pid} ${commandOf(pid)}`);
    if (left.length > 0) throw new Error(`processes left over: ${left.join('; ')}`);
  };
  await vi.waitFor(none, { timeout: 60_000, interval: 100 });
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '(ended meanwhile)';
  }
}
