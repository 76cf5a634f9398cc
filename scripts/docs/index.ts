/**
 * Writes docs/cli and docs/schemas from the commands, and the tables of docs/scaling.md from docs/performance.json: `npm run docs`.
 * With --check it writes nothing, and fails if they differ.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Config } from '@oclif/core';
import { format, resolveConfig } from 'prettier';
import { fileNameOf, pagesOf } from './pages.js';
import { scalingPage } from './scaling.js';
import type { Benches } from './scaling-figures.js';
import { schemasOf } from './schemas.js';

const root = path.resolve(import.meta.dirname, '../..');

const read = (name: string): Promise<string> => readFile(path.join(root, name), 'utf8');

async function generate(): Promise<Map<string, string>> {
  process.env.XDG_DATA_HOME = '';
  const config = await Config.load({ root, userPlugins: false });
  const pages = pagesOf(config);
  const ids = [...pages.keys()].sort();
  const commands = ids.map((id) => ({
    id,
    file: path.join(root, 'src/commands', `${id.replaceAll(':', '/')}.ts`),
  }));
  const schemas = schemasOf(root, commands);
  const files = new Map<string, string>();
  const index = ids.map((id) => {
    const { summary = '' } = config.findCommand(id, { must: true });
    return `- [mvs ${id}](${fileNameOf(id)}.md): ${summary}`;
  });
  files.set('docs/cli/README.md', `# Commands\n\n${index.join('\n')}\n`);
  for (const [id, page] of pages) files.set(`docs/cli/${fileNameOf(id)}.md`, page);
  for (const [id, schema] of schemas)
    files.set(`docs/schemas/${fileNameOf(id)}.json`, JSON.stringify(schema));
  const benches = JSON.parse(await read('docs/performance.json')) as Benches;
  files.set('docs/scaling.md', scalingPage(await read('docs/scaling.md'), benches));
  return new Map(await Promise.all([...files].map(([name, text]) => formatted(name, text))));
}

async function formatted(name: string, text: string): Promise<[string, string]> {
  const options = await resolveConfig(path.join(root, name));
  return [name, await format(text, { ...options, filepath: name })];
}

const files = await generate();
if (process.argv.includes('--check')) {
  const stale: string[] = [];
  for (const [name, text] of files) {
    if ((await read(name).catch(() => '')) !== text) stale.push(name);
  }
  if (stale.length > 0) {
    process.stderr.write(`out of date: ${stale.join(', ')}; run "npm run docs"\n`);
    process.exitCode = 1;
  }
} else {
  for (const folder of ['docs/cli', 'docs/schemas']) {
    await rm(path.join(root, folder), { recursive: true, force: true });
    await mkdir(path.join(root, folder), { recursive: true });
  }
  for (const [name, text] of files) await writeFile(path.join(root, name), text);
}
