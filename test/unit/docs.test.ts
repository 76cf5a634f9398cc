import { execa } from 'execa';
import { expect, it } from 'vitest';

it('docs/cli and docs/schemas say what the commands are', async () => {
  const { stderr, exitCode } = await execa('node', ['--import', 'tsx', 'scripts/docs/index.ts', '--check'], {
    reject: false,
  });
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
}, 60_000);
