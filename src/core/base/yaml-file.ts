import { readFile, writeFile } from 'node:fs/promises';

/** Loads the library when a file is read or written: most commands do neither, and would start later with it. */
const library = () => import('yaml');

export async function readYaml(file: string): Promise<unknown> {
  const [{ parse }, text] = await Promise.all([library(), readFile(file, 'utf8')]);
  return parse(text);
}

export async function writeYaml(file: string, content: unknown): Promise<void> {
  const { stringify } = await library();
  await writeFile(file, stringify(content));
}
