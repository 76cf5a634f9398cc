import { readdirSync } from 'node:fs';
import type { Command } from '@oclif/core';
import { expect, it } from 'vitest';

const folder = new URL('../../../src/commands/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

it.each(files)('%s takes no argument from stdin, which may be what a loop reads', async (file) => {
  const { default: command } = (await import(new URL(file, folder).href)) as { default: typeof Command };
  for (const argument of Object.values(command.args)) expect(argument).toMatchObject({ ignoreStdin: true });
});
