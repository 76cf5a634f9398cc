import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { temporaryFolderProblem } from './temporary-file.js';

/** Text that is kept on disk until it can be written, in the order in which it was added. */
export interface Spool extends AsyncDisposable {
  /** @throws MvsError DISK_FULL, CONFIG */
  add(text: string): Promise<void>;
  /** Everything that was added. @throws MvsError DISK_FULL, CONFIG */
  read(): AsyncIterable<string>;
}

/** Characters in memory at a time. */
const enough = 64 * 1024;

/** @param what is kept, for messages */
export async function openSpool(what: string): Promise<Spool> {
  const reporting = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw temporaryFolderProblem(what, error);
    });
  const handle = await reporting(openUnnamed());
  let waiting = '';
  const flush = async (): Promise<void> => {
    const text = waiting;
    waiting = '';
    await reporting(handle.appendFile(text));
  };
  return {
    add: async (text) => {
      waiting += text;
      if (waiting.length >= enough) await flush();
    },
    read: async function* () {
      await flush();
      yield* handle.createReadStream({
        start: 0,
        encoding: 'utf8',
        autoClose: false,
      }) as AsyncIterable<string>;
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** Removed at once, so that nothing is left even if the process is killed. */
async function openUnnamed(): Promise<FileHandle> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mvs-spool-'));
  try {
    return await open(path.join(folder, 'text'), 'wx+');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
