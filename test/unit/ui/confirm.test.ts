import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';

const binary = fileURLToPath(new URL('../../../bin/run.js', import.meta.url));
const folder = join(tmpdir(), 'mvs-no-home');

/** Runs a command in a terminal of this kind, whose user types `keys`. @returns everything on the screen, and the exit code */
async function inTerminal(term: string, command: string, keys: string) {
  const args = ['-qec', `${process.execPath} ${binary} ${command}`, '/dev/null'];
  const env = { TERM: term, MVS_HOME: folder, XDG_CONFIG_HOME: folder, NO_COLOR: undefined };
  const { stdout, exitCode } = await execa('script', args, {
    input: keys,
    env,
    reject: false,
    timeout: 15_000,
  });
  return { screen: stdout, exitCode };
}

// Of util-linux.
const hasScript = existsSync('/usr/bin/script') && process.platform === 'linux';

it.runIf(hasScript).each(['dumb', 'xterm'])(
  'no is an answer, and no error, on a terminal: %s',
  async (term) => {
    const { screen, exitCode } = await inTerminal(term, 'down --wipe', 'n\n');
    expect(screen).toMatch(/Delete all topics and records in .*\[y\/N\]/);
    expect(screen).toMatch(/nothing was changed\r?$/m);
    expect(exitCode).toBe(0);
    // On a dumb terminal, escape sequences would be seen as text.
    expect(screen.includes('\x1b')).toBe(term !== 'dumb');
  },
);

it.runIf(hasScript)('no gives no result, so with --json it is an error', async () => {
  const { screen, exitCode } = await inTerminal('dumb', 'down --wipe --json', 'n\n');
  expect(screen).toMatch(/"error": \{\s+"code": "DECLINED",\s+"message": "nothing was changed"/);
  expect(exitCode).toBe(1);
});
