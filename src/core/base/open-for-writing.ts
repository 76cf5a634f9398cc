import { readdir, readFile, readlink, realpath } from 'node:fs/promises';

/** The bits of open(2)'s flags that say whether a file is open for writing. */
const accessMode = 3;

/**
 * Whether a process of this machine still has the file open for writing, as far as the system tells: Linux only, and
 * of other users' processes only to root.
 */
export async function isOpenForWriting(file: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const target = await realpath(file);
  for (const pid of await namesIn('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const open = await Promise.all(
      (await namesIn(`/proc/${pid}/fd`)).map((fd) => writes(`/proc/${pid}`, fd, target)),
    );
    if (open.includes(true)) return true;
  }
  return false;
}

async function writes(process: string, fd: string, target: string): Promise<boolean> {
  const file = await readlink(`${process}/fd/${fd}`).catch(() => undefined);
  if (file !== target) return false;
  const info = await readFile(`${process}/fdinfo/${fd}`, 'latin1').catch(() => '');
  return (Number.parseInt(/^flags:\s*(\d+)/m.exec(info)?.[1] ?? '0', 8) & accessMode) !== 0;
}

/** None where the process has ended, or is not ours. */
function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
