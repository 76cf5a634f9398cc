import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { findBinary } from '../../../src/core/extract/binaries.js';
import { ChosenFrames } from '../../../src/core/extract/chosen-frames.js';
import { extract } from '../../../src/core/extract/extract.js';
import { probeVideo } from '../../../src/core/extract/probe.js';
import { ToolProcess } from '../../../src/core/extract/tool-process.js';
import { cpuTicks } from '../../../src/core/base/stall.js';
import {
  extractAll,
  make,
  multiples,
  numbered,
  sourceOf,
  standIn,
  temporaryFolder,
} from './extract-clips.js';

const at = temporaryFolder();
let clip = '';
beforeAll(async () => {
  // Far more than what pipes and buffers hold, so that ffmpeg can't be done before it is stopped.
  const long = ['-f', 'lavfi', '-i', 'mandelbrot=s=640x480:r=25', '-frames:v', '250'];
  clip = await make(at('long.mp4'), ...long, '-c:v', 'mpeg4', '-q:v', '2');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Lets a script stand in for ffmpeg, which notes its process id first. */
async function useScript(name: string, script: string): Promise<() => Promise<number>> {
  const noted = at(`${name}.pid`);
  vi.stubEnv('MVS_FFMPEG', await standIn(at(name), `echo $$ > "${noted}"\n${script}`));
  return async () => Number(await readFile(noted, 'utf8'));
}

const useRealOne = () => useScript('real', `exec "${ffmpeg.path}" "$@"`);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The smjpeg header, and a frame of one megabyte at time 0, as the shell's printf writes them. */
const header = String.raw`printf '\0\nSMJPEG\0\0\0\0\0\0\0\0HEND'`;
const megabyte = String.raw`printf 'vidD\0\0\0\0\0\020\0\0\377\330'; head -c 1048574 /dev/zero`;

describe('no process is left', () => {
  test('when the consumer stops early', async () => {
    const pid = await useRealOne();
    for await (const frame of extract(sourceOf(clip), { samplingMethod: { every: 1 } })) {
      expect(isAlive(await pid())).toBe(true);
      if (frame.frame === 2) break;
    }
    expect(isAlive(await pid())).toBe(false);
  });

  test('when the consumer throws', async () => {
    const pid = await useRealOne();
    const consume = async () => {
      for await (const frame of extract(sourceOf(clip), { samplingMethod: { every: 1 } }))
        throw new Error(`no ${frame.frame}`);
    };
    await expect(consume()).rejects.toThrow('no 1');
    expect(isAlive(await pid())).toBe(false);
  });

  test('when the signal is aborted while a frame is held or awaited', async () => {
    const pid = await useRealOne();
    const abort = new AbortController();
    const frames = extract(sourceOf(clip), { samplingMethod: { every: 1 }, signal: abort.signal });
    await frames.next();
    const reason = new Error('enough');
    abort.abort(reason);
    // Nobody asks for another frame, and still it goes.
    const process = await pid();
    await vi.waitUntil(() => !isAlive(process), { timeout: 60_000 });
    await expect(frames.next()).rejects.toBe(reason);
  });

  test('when the signal is aborted before any frame', async () => {
    const pid = await useScript('silent', 'exec sleep 600');
    const abort = new AbortController();
    const first = extract(sourceOf(clip), { samplingMethod: { every: 1 }, signal: abort.signal }).next();
    const process = await vi.waitUntil(() => pid().catch(() => 0), { timeout: 60_000 });
    abort.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    expect(isAlive(process)).toBe(false);
  });

  test('when it ignores SIGTERM', async () => {
    const pid = await useScript(
      'stubborn',
      `trap '' TERM; ${header}; ${megabyte}; while :; do sleep 0.1; done`,
    );
    for await (const frame of extract(sourceOf(clip), { samplingMethod: { every: 1 } })) {
      expect(frame.jpeg).toHaveLength(1 << 20);
      break;
    }
    expect(isAlive(await pid())).toBe(false);
  });

  test('and none is started when the signal was aborted before', async () => {
    const pid = await useScript('unused', 'exit');
    const frames = extract(sourceOf(clip), { samplingMethod: { every: 1 }, signal: AbortSignal.abort() });
    await expect(frames.next()).rejects.toMatchObject({ name: 'AbortError' });
    await expect(pid()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('an ffmpeg that stalls is ended', () => {
  const stalled = {
    code: 'EXTRACTOR_FAILED',
    retriable: true,
    message: /long\.mp4" stalled: no data for 0\.3 s/,
  };
  const extracting = () => extractAll(clip, { every: 1 }, { stallMs: 300 });

  test.each([
    ['before its first byte', 'exec sleep 600'],
    ['between frames', `${header}; ${megabyte}; exec sleep 600`],
    ['within a frame', `${header}; printf 'vidD'; exec sleep 600`],
    ['after its last byte', `${header}; printf DONE; exec sleep 600 >&-`],
    ['and ignores SIGTERM', `trap '' TERM; ${header}; exec sleep 600`],
  ])('%s', async (name, script) => {
    const pid = await useScript(`stalls ${name}`, script);
    await expect(extracting()).rejects.toMatchObject(stalled);
    expect(isAlive(await pid())).toBe(false);
  });

  test('and so is an ffprobe', async () => {
    vi.stubEnv(
      'MVS_FFPROBE',
      await standIn(at('stalling-ffprobe'), `echo $$ > "${at('stalling-ffprobe.pid')}"; exec sleep 600`),
    );
    await expect(extracting()).rejects.toMatchObject(stalled);
    expect(isAlive(Number(await readFile(at('stalling-ffprobe.pid'), 'utf8')))).toBe(false);
  });

  test.skipIf(process.platform !== 'linux')('but not one that computes', async () => {
    const done = at('computed');
    const pid = await useScript(
      'busy',
      `while [ ! -e "${done}" ]; do :; done; ${header}; ${megabyte}; printf DONE`,
    );
    const probe = await probeVideo(sourceOf(clip));
    const extraction = extractAll(clip, { every: 1 }, { stallMs: 1000, probe });
    // Three seconds of work without a byte.
    await vi.waitUntil(async () => ((await cpuTicks(await pid().catch(() => 0))) ?? 0) >= 300, {
      timeout: 60_000,
    });
    await writeFile(done, '');
    expect((await extraction).frames).toHaveLength(1);
  });

  test('but not one whose frames nobody takes', async () => {
    await useScript('unread', `${header}; while :; do ${megabyte}; done`);
    const frames = extract(sourceOf(clip), { samplingMethod: { every: 1 }, stallMs: 200 });
    await frames.next();
    const since = performance.now();
    await vi.waitUntil(() => performance.now() - since > 800, { timeout: 60_000 });
    for (let more = 0; more < 5; more += 1) expect((await frames.next()).done).toBe(false);
    await frames.return({ framesDecoded: 0, framesExtracted: 0, damaged: false, problems: [] });
  });
});

test('one ffprobe is enough for a small file, and a large one is read again after its frames', async () => {
  const [calls, real] = [at('calls'), (await findBinary('ffprobe')).path];
  const small = await make(at('small.webm'), ...numbered({ frames: 6 }), '-c:v', 'libvpx');
  const script = `echo "$@" >> "${calls}"; exec "${real}" "$@"`;
  vi.stubEnv('MVS_FFPROBE', await standIn(at('counted-ffprobe'), script));
  for (const [file, times] of [
    [small, 1],
    [clip, 2],
  ] as const) {
    await writeFile(calls, '');
    expect((await extractAll(file, { every: 3 })).totals.damaged).toBe(false);
    expect((await readFile(calls, 'utf8')).match(/-count_packets|-read_intervals/g)).toHaveLength(times);
  }
});

test('ffmpeg waits while no frame is asked for', async () => {
  const count = at('count');
  const endless = `i=0; while :; do ${megabyte}; i=$((i+1)); echo $i > "${count}"; done`;
  await useScript('endless', `${header}; ${endless}`);
  const written = async () => Number(await readFile(count, 'utf8').catch(() => '0'));
  const frames = extract(sourceOf(clip), { samplingMethod: { every: 1 } });
  await frames.next();
  // Without back-pressure the count never stands still.
  let before = -1;
  await vi.waitUntil(
    async () => {
      const now = await written();
      const still = now === before;
      before = now;
      return still;
    },
    { timeout: 60_000, interval: 300 },
  );
  expect(before).toBeLessThanOrEqual(3);
  for (let more = 0; more < 5; more += 1) await frames.next();
  await vi.waitUntil(async () => (await written()) >= 5, { timeout: 60_000 });
  await frames.return({ framesDecoded: 0, framesExtracted: 0, damaged: false, problems: [] });
});

test('frames arrive no faster than the video plays, where that is wanted', async () => {
  const file = await make(at('second.webm'), ...numbered({ frames: 12 }), '-c:v', 'libvpx');
  const start = performance.now();
  const { frames } = await extractAll(file, { every: 3 }, { realtime: true });
  expect(frames).toHaveLength(4);
  expect(performance.now() - start).toBeGreaterThan(900);
});

test('an ffmpeg that waits for its input ends by itself when it is stopped', async () => {
  const pid = await useRealOne();
  const film = await readFile(await make(at('long.mkv'), '-i', clip, '-c', 'copy'));
  const bytes = (async function* () {
    // Nearly all of it, so that it takes several ticks on every machine.
    yield film.subarray(0, -4096);
    await new Promise(() => undefined);
  })();
  const feed = { bytes, pulse: () => 0, chosen: new ChosenFrames() };
  const args = ['-nostdin', '-i', 'pipe:0', '-f', 'null', '-'];
  const waiting = await ToolProcess.start('ffmpeg', sourceOf(clip), () => args, { feed });
  let ticks = 0;
  const isIdle = async (): Promise<void> => {
    const before = ticks;
    ticks = (await cpuTicks(await pid())) ?? 0;
    // The comparison of 0 with 0 says nothing: it has not begun.
    expect(ticks).toBeGreaterThan(0);
    expect(ticks).toBe(before);
  };
  await vi.waitFor(isIdle, { interval: 300, timeout: 20_000 });
  await waiting.stop();
  expect(await waiting.ended).toMatchObject({ exitCode: expect.any(Number) as number, signal: undefined });
});

describe('an ffmpeg that does not work is not the fault of the video', () => {
  const failing = (options = {}) => extractAll(clip, { every: 1 }, options);

  test('crashed in the middle', async () => {
    await useScript('crash', `${header}; ${megabyte}; kill -SEGV $$`);
    await expect(failing()).rejects.toMatchObject({ code: 'EXTRACTOR_FAILED', message: /SIGSEGV/ });
  });

  test('stopped by a Ctrl-C that it got too', async () => {
    const said = 'echo "[info] Exiting normally, received signal 2." >&2; exit 255';
    await useScript('interrupted', `${header}; ${megabyte}; printf DONE; ${said}`);
    await expect(failing()).rejects.toMatchObject({ code: 'EXTRACTOR_FAILED', message: /signal 2/ });
  });

  test('and one that came to its end was not stopped, whatever a file says', async () => {
    const said = 'echo "[info] Exiting normally, received signal 2." >&2';
    const decoded =
      'echo "[verbose]   Input stream #0:0 (video): 1 packets read (1 bytes); 1 frames decoded" >&2';
    await useScript('finished', `${header}; ${megabyte}; printf DONE; ${said}; ${decoded}`);
    expect((await failing()).totals).toMatchObject({ framesDecoded: 1, framesExtracted: 1, damaged: false });
  });

  test('broken frame stream', async () => {
    const pid = await useScript('garbage', `${header}; printf garbage; exec sleep 600`);
    await expect(failing()).rejects.toMatchObject({ code: 'EXTRACTOR_FAILED', message: /"garb" found/ });
    expect(isAlive(await pid())).toBe(false);
  });

  test('a frame over the limit', async () => {
    await useScript('huge', `${header}; ${megabyte}; exec sleep 600`);
    const limited = failing({ maxFrameBytes: 1_000_000 });
    await expect(limited).rejects.toMatchObject({ code: 'EXTRACTOR_FAILED', message: /1048576 bytes/ });
  });

  test('missing', async () => {
    vi.stubEnv('MVS_FFMPEG', at('nowhere'));
    await expect(failing()).rejects.toMatchObject({ code: 'EXTRACTOR_FAILED', hint: /MVS_FFMPEG|path/ });
  });
});

test('options out of range are refused', async () => {
  for (const every of [0, 1.5]) {
    await expect(extractAll(clip, { every })).rejects.toMatchObject({ code: 'USAGE' });
  }
  for (const options of [{ quality: 1 }, { width: 1 }]) {
    await expect(extractAll(clip, { every: 1 }, options)).rejects.toMatchObject({ code: 'USAGE' });
  }
});

test('a clip as large as this comes out whole', async () => {
  const { frames, totals } = await extractAll(clip, { every: 2 });
  expect(frames.map((frame) => frame.frame)).toEqual(multiples(2, 250));
  expect(totals).toMatchObject({ framesDecoded: 250, damaged: false });
});

test('what a process has printed is there, although it ended before it was read', async () => {
  const pid = await useScript('quick', 'printf whole');
  const quick = await ToolProcess.start('ffmpeg', sourceOf(clip), () => [], {});
  await vi.waitFor(async () => {
    expect(isAlive(await pid())).toBe(false);
  }, 20_000);
  expect(await text(quick.output())).toBe('whole');
  await quick.stop();
});
