import { readdir, readFile, readlink, realpath } from 'node:fs/promises';

/** The bits of the open(2) flags for write access. */
const accessMode = 3;

/**
 * True if a process on this machine has the file open for writing. Works on Linux only; only root sees the processes of
 * other users.
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

/** Empty if the process has ended or belongs to another user. */
function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
