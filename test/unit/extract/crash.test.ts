import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { probeVideo } from '../../../src/core/extract/probe.js';
import type { ExtractInput } from '../../../src/core/extract/input.js';
import { useWorkingFolder } from '../../support/working-folder.js';

useWorkingFolder();
afterEach(() => {
  vi.unstubAllEnvs();
});

/** An ffprobe that knows the names of this machine, and crashes at all others. */
const script = `#!/bin/sh
case "$*" in
  *tcp://localhost*) exit 1 ;;
  *-show_entries*) kill -SEGV $$ ;;
  *) echo "ffprobe version 7.0-static" ;;
esac
`;

const hint = expect.stringMatching(/resolve a host name.*MVS_FFMPEG/) as string;

test.each<[string, ExtractInput, unknown]>([
  ['HLS by a name', { input: 'x', live: 'hls', address: 'http://camera.example/x.m3u8' }, hint],
  ['RTSP by a name', { input: 'x', live: 'rtsp', address: 'rtsp://camera.example/x' }, hint],
  [
    'RTSP by an address, which may redirect',
    { input: 'x', live: 'rtsp', address: 'rtsp://127.0.0.1:1/x' },
    hint,
  ],
  ['a file', { input: 'x', path: 'ffprobe' }, undefined],
])('a crash of any ffprobe at %s says what it may come from', async (_what, input, expected) => {
  await writeFile('ffprobe', script, { mode: 0o755 });
  vi.stubEnv('MVS_FFPROBE', path.resolve('ffprobe'));
  const message = 'ffprobe was ended from outside or crashed (signal SIGSEGV) while it read "x"';
  await expect(probeVideo(input)).rejects.toMatchObject({
    code: 'EXTRACTOR_FAILED',
    message,
    hint: expected,
  });
});
