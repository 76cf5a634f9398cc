import { fileURLToPath } from 'node:url';
import { Config } from '@oclif/core';
import { expect, it } from 'vitest';
import { commandLine } from '../../../src/cli/command-line.js';

const config = await Config.load(fileURLToPath(new URL('../../..', import.meta.url)));

it.each([
  ['query cat --json', 'query cat --json'],
  ['--json query cat', 'query --json cat'],
  ['-q --log-level debug produce a.mp4', 'produce -q --log-level debug a.mp4'],
  ['--log-level=debug produce a.mp4', 'produce --log-level=debug a.mp4'],
  ['-v consume', 'consume -v'],
  ['--json topic create frames', 'topic:create --json frames'],
  // A value that is the name of a command, and a flag that is a switch here and takes a value in another command.
  ['--topic query consume', 'consume --topic query'],
  ['--watch lag', 'lag --watch'],
  ['--watch folder produce', 'produce --watch folder'],
  ['-e3 -vq run x', 'run -e3 -vq x'],
  ['topic create frames', 'topic:create frames'],
  ['-v', '--version'],
  ['-V', '--version'],
  // The command refuses it, and names its help.
  ['--nonsense query', 'query --nonsense'],
  ['--help query', 'query --help'],
  // Not ours: oclif answers or refuses these.
  ['--version', '--version'],
  ['cat --json query', 'cat --json query'],
  ['-- query', '-- query'],
  ['--json', '--json'],
  ['', ''],
])('"mvs %s" is "mvs %s"', (typed, expected) => {
  const words = typed.split(' ').filter(Boolean);
  expect(commandLine(words, config, config.pjson.oclif.topics ?? {}).join(' ')).toBe(expected);
});
