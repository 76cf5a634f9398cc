import { existsSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

const requirements = path.resolve(import.meta.dirname, '../baseline/requirements.txt');

/** Installs the baseline's packages into a virtual environment, once. @returns its Python */
export async function venv(folder: string): Promise<string> {
  const home = path.join(folder, 'venv');
  const python = path.join(home, 'bin/python');
  const installed = path.join(home, 'requirements.txt');
  const wanted = await readFile(requirements, 'utf8');
  if (existsSync(installed) && (await readFile(installed, 'utf8')) === wanted) return python;
  await execa('python3', ['-m', 'venv', '--clear', home]);
  await execa(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements]);
  await copyFile(requirements, installed);
  return python;
}
