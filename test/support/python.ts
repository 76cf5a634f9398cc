import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** A folder with the Python packages that tests read our files with; set by .ci/run. */
const { MVS_TEST_PYTHONPATH: folder } = process.env;

/** Whether Python and this package are there. */
export function hasPackage(name: string): boolean {
  return folder !== undefined && folder !== '' && existsSync(join(folder, name));
}

/** Runs a Python program with the packages of MVS_TEST_PYTHONPATH. @returns what it prints */
export async function python(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await execa('python3', ['-c', program, ...args], { env: { PYTHONPATH: folder } });
  return stdout;
}
