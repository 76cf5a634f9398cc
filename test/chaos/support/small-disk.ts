import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { isDiskFull } from '../../../src/core/base/errors.js';

const mebibyte = 1 << 20;

/** Only root may mount, and not in every container. */
export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'mvs-mount-'));
  const mounted = execaSync('mount', ['-t', 'tmpfs', 'tmpfs', folder], { reject: false });
  if (!mounted.failed) execaSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return !mounted.failed;
}

/** A file system of so many MiB, which can be filled up. */
export class SmallDisk {
  readonly #ballast: string;

  private constructor(folder: string) {
    this.#ballast = join(folder, 'ballast');
  }

  /** In a folder that is made for it. */
  static async mount(
    folder: string,
    size: number,
    cleanUp: (work: () => Promise<void>) => unknown,
  ): Promise<SmallDisk> {
    mkdirSync(folder, { recursive: true });
    await execa('mount', ['-t', 'tmpfs', '-o', `size=${size}m`, 'tmpfs', folder]);
    cleanUp(async () => {
      await execa('umount', ['--lazy', folder]);
    });
    return new SmallDisk(folder);
  }

  /** Leaves no byte free. */
  async fill(): Promise<void> {
    await using file = await open(this.#ballast, 'a');
    for (const piece of [Buffer.alloc(mebibyte), Buffer.alloc(1)]) {
      try {
        for (;;) await file.appendFile(piece);
      } catch (error) {
        if (!isDiskFull(error)) throw error;
      }
    }
  }

  async free(): Promise<void> {
    await rm(this.#ballast);
  }
}
