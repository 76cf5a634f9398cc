import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { shellCommand } from '../../../src/core/base/shell.js';
import { playerCommand } from '../../../src/core/export/player.js';

it('the first player on the PATH plays from the time, to the millisecond', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-player-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const env = { PATH: `/nonexistent:${folder}` };
  expect(await playerCommand('/a film.mp4', 83.1234, env)).toEqual({
    command: ['mpv', '--start=83.123', '/a film.mp4'],
    installed: false,
  });
  for (const [name, args] of [
    ['ffplay', ['-ss', '83', '/a.mp4']],
    ['vlc', ['--start-time=83', '/a.mp4']],
    ['mpv', ['--start=83', '/a.mp4']],
  ] as const) {
    await writeFile(join(folder, name), '');
    await chmod(join(folder, name), 0o755);
    expect(await playerCommand('/a.mp4', 83, env)).toEqual({ command: [name, ...args], installed: true });
  }
});

it('a shell reads the command as it is meant', () => {
  const words = ['mpv', '--start=1.5', "/films/it's $HOME; 100 %.mp4", '', '*'];
  const script = `printf '%s\\n' ${shellCommand(words)}`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(`${words.join('\n')}\n`);

  const hostile = ["/a\u001b]0;it's\u0007 \\ b\u0085.mp4", 'a\nb'];
  const quoted = shellCommand(hostile);
  expect(quoted).not.toMatch(/\p{Cc}/u);
  expect(execFileSync('bash', ['-c', `printf '%s|' ${quoted}`], { encoding: 'utf8' })).toBe(
    `${hostile.join('|')}|`,
  );
});
