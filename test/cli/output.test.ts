import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { jsonOf, workspace } from '../support/mvs.js';

const clip = fileURLToPath(new URL('../../videos/cat.webm', import.meta.url));

describe('progress', () => {
  it('is a log line every few seconds where there is no terminal, and never on stdout', async () => {
    const { mvs } = workspace({ MVS_PROGRESS: undefined });
    await mvs('topic:create');
    const { stdout, stderr, exitCode } = await mvs('produce', clip, '--realtime', '--json');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^info: \d+ of \d+ frames published, \d+\.\d frames\/s, \d+\.\d KiB/m);
    expect(jsonOf({ stdout })).toMatchObject({ failed: [] });
  });

  it.each([['--no-progress'], ['--quiet'], ['--log-level', 'warn']])(
    'is not told with %j',
    async (...flags) => {
      const { mvs } = workspace();
      await mvs('topic:create');
      const { stderr, exitCode } = await mvs('produce', clip, '--realtime', ...flags);
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    },
  );
});

describe('what is printed', () => {
  it('has no colours without a terminal, though a CI system says that it shows them', async () => {
    const { binary } = workspace({
      CI: 'true',
      MVS_STORE: 'mongodb://127.0.0.1:1/x',
      MVS_BROKERS: '127.0.0.1:1',
    });
    const { stdout } = await binary('status');
    expect(stdout).toMatch(/^✗ broker /m);
  });
});

describe('a log', () => {
  it('is one JSON object a line with --log-format json, errors too', async () => {
    const { mvs } = workspace();
    const { stdout, stderr, exitCode } = await mvs('lag', '--log-format', 'json', '-v');
    expect(exitCode).toBe(69);
    expect(stdout).toBe('');
    const lines = stderr.split('\n').map((line) => JSON.parse(line) as { level: string; time: string });
    expect(lines.at(-1)).toMatchObject({ level: 'error', code: 'TOPIC_MISSING' });
    for (const { time } of lines) expect(Date.parse(time)).toBeGreaterThan(0);
  });

  it('tells an error of usage in JSON too', async () => {
    const { mvs } = workspace({ MVS_LOG_FORMAT: 'json' });
    const { stderr, exitCode } = await mvs('lag', '--nonsense');
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({ level: 'error', code: 'USAGE' });
  });
});
