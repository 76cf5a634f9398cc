import { execa } from 'execa';
import { expect, test, vi } from 'vitest';
import { startChild } from '../../../src/core/extract/child.js';

const module = new URL('../../../dist/core/extract/child.js', import.meta.url).href;

test('a program that cannot be started has the error of the system', async () => {
  expect(await startChild('/nowhere', [], {}).ended).toEqual({ code: 'ENOENT' });
  expect(await startChild('x\0', [], {}).ended).toEqual({ code: 'ERR_INVALID_ARG_VALUE' });
});

test.skipIf(process.platform === 'win32')('a program ends by itself, or by a signal', async () => {
  const own = startChild('sh', ['-c', 'echo "$GREETING"; exit 3'], { GREETING: 'hello' });
  expect(await own.stdout.setEncoding('utf8').toArray()).toEqual(['hello\n']);
  own.stderr.resume();
  expect(await own.ended).toEqual({ exitCode: 3, signal: undefined });
  const killed = startChild('sleep', ['600'], {});
  killed.kill();
  for (const output of [killed.stdout, killed.stderr]) output.resume();
  expect(await killed.ended).toEqual({ exitCode: undefined, signal: 'SIGTERM' });
});

test.skipIf(process.platform === 'win32')('a program ends with the process that started it', async () => {
  const script = `
    const { startChild } = await import(${JSON.stringify(module)});
    console.log(startChild('sleep', ['600'], {}).pid);
    process.exit();`;
  const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', script]);
  await vi.waitUntil(
    () => {
      try {
        return !process.kill(Number(stdout), 0);
      } catch {
        return true;
      }
    },
    { timeout: 10_000 },
  );
});
