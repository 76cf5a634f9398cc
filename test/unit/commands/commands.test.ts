import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Config, type Command } from '@oclif/core';
import { expect, it } from 'vitest';
import { pagesOf } from '../../../scripts/docs/pages.js';
import { helpGroups } from '../../../src/flags/grouped.js';

const folder = new URL('../../../src/commands/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

it.each(files)('%s takes no argument from stdin, which may be what a loop reads', async (file) => {
  const { default: command } = (await import(new URL(file, folder).href)) as { default: typeof Command };
  for (const argument of Object.values(command.args)) expect(argument).toMatchObject({ ignoreStdin: true });
});

it.each(['produce', 'consume', 'run', 'status', 'doctor', 'up'])(
  'the help of mvs %s groups its flags, in the order of the work',
  async (name) => {
    const { default: command } = (await import(new URL(`${name}.ts`, folder).href)) as {
      default: typeof Command;
    };
    const flags = Object.entries({ ...command.baseFlags, ...command.flags });
    const alone = flags.filter(([, { helpGroup }]) => helpGroup === undefined).map(([flag]) => flag);
    // For sources, consumers and monitoring alike.
    expect(['metrics', 'stall-timeout']).toEqual(expect.arrayContaining(alone));
    const config = await Config.load(fileURLToPath(new URL('../../..', import.meta.url)));
    const help = pagesOf(config).get(name) ?? '';
    const headers = Array.from(help.matchAll(/^([A-Z ]+) FLAGS$/gm), ([, header]) => header);
    expect(headers.length).toBeGreaterThan(4);
    expect(headers).toEqual(helpGroups.filter((group) => headers.includes(group)));
  },
);
