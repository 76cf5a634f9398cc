import { existsSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

const baseline = path.resolve(import.meta.dirname, '../baseline');

/**
 * Installs packages into a virtual environment, once.
 * @param list a file of the baseline
 * @returns its Python
 */
export async function venv(folder: string, list = 'requirements.txt'): Promise<string> {
  const requirements = path.join(baseline, list);
  const home = path.join(folder, path.parse(list).name.replace('requirements', 'venv'));
  const python = path.join(home, 'bin/python');
  const installed = path.join(home, 'requirements.txt');
  const wanted = await readFile(requirements, 'utf8');
  if (existsSync(installed) && (await readFile(installed, 'utf8')) === wanted) return python;
  await execa('python3', ['-m', 'venv', '--clear', home]);
  await execa(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements]);
  await copyFile(requirements, installed);
  return python;
}
