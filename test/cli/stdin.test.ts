import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { make } from '../integration/extract/extract-clips.js';
import { binaryIn, jsonOf, workspace } from '../support/mvs.js';

const clip = fileURLToPath(new URL('../../videos/cat.webm', import.meta.url));

/** Where temporary files go, and what is there. */
async function temporary(): Promise<{ TMPDIR: string; left: () => Promise<string[]> }> {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-stdin-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return { TMPDIR: folder, left: () => readdir(folder) };
}

/** Starts the command with a stdin. */
const from = (file: string): string[] => ['sh', '-c', 'f=$1; shift; exec "$@" < "$f"', 'sh', file];
const piped = (command: string): string[] => ['sh', '-c', `${command} | "$@"`, 'sh'];

describe('a video from stdin', () => {
  it('is that of the file, formats that are read from their end too, and needs a name', async () => {
    const { TMPDIR, left } = await temporary();
    const pipes = await temporary();
    const { env, mvs } = workspace({ TMPDIR });
    await mvs('topic:create');
    // Its index is at the end.
    const mp4 = await make(join(pipes.TMPDIR, 'x.mp4'), '-i', clip, '-c:v', 'libx264');
    const [file, stdin] = await Promise.all([
      mvs('produce', mp4, '--every', '30', '--json'),
      binaryIn(env, { launcher: piped(`cat '${mp4}'`) })(
        'produce',
        '-',
        '--name',
        'cam',
        '--every',
        '30',
        '--json',
      ),
    ]);
    const { videos } = jsonOf(file) as { videos: { fingerprint: string }[] };
    expect(jsonOf(stdin)).toMatchObject({
      videos: [{ video: 'cam', source: 'stdin', framesPublished: 3, fingerprint: videos[0]?.fingerprint }],
    });
    expect(await left()).toEqual([]);

    const nameless = await mvs('produce', '-');
    expect(nameless.stderr).toMatch(
      /^error: a video from stdin \("-"\) has no name of its own\n {2}.*--name/,
    );
    expect(nameless.exitCode).toBe(2);
  });

  it('that is nothing, no video or too large says so, and leaves nothing', async () => {
    const { TMPDIR, left } = await temporary();
    const { env, mvs } = workspace({ TMPDIR });
    await mvs('topic:create');
    const read = async (command: string) => {
      const { stderr, exitCode } = await binaryIn(env, { launcher: piped(command) })(
        ...['produce', '-', '--name', 'cam', '--spool-limit', '1', '--no-progress'],
      );
      return [stderr, exitCode];
    };
    expect(await read(':')).toEqual([expect.stringMatching(/^error: "stdin" is empty/), 65]);
    expect(await read('echo hello')).toEqual([expect.stringMatching(/^error: "stdin" is not a video/), 65]);
    expect(await read('yes')).toEqual([
      expect.stringMatching(/^error: "stdin" is larger than 1 MiB\n {2}Raise --spool-limit/),
      65,
    ]);
    expect(await left()).toEqual([]);
  });

  it('that nobody ends is left on a signal, and leaves nothing', async () => {
    const { TMPDIR, left } = await temporary();
    const pipes = await temporary();
    const { env, mvs } = workspace({ TMPDIR });
    await mvs('topic:create');
    const fifo = join(pipes.TMPDIR, 'fifo');
    await execa('mkfifo', [fifo]);
    const reading = binaryIn(env, { launcher: from(fifo) })('produce', '-', '--name', 'cam');
    await using writer = await open(fifo, 'w');
    await writer.write('abc');
    await vi.waitFor(async () => {
      expect(await left()).toHaveLength(1);
    }, 60_000);
    reading.kill('SIGTERM');
    const { exitCode, stderr } = await reading;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('\nerror: stopped by SIGTERM\n');
    expect(await left()).toEqual([]);
  });
});
