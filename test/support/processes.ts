import { readdirSync, readFileSync } from 'node:fs';

/** The processes that have this variable with this value, as mvs and its ffmpeg have; none where the system does not tell. */
export function pidsWith(variable: string): number[] {
  return pids().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(variable);
    } catch {
      // Ended meanwhile, or of another user.
      return false;
    }
  });
}

/** Only Linux shows the environment of a process. */
function pids(): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}
