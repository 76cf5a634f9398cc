import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { BaseCommand } from '../../../src/cli/base-command.js';
import { silentLog } from '../../../src/core/base/log.js';
import type { ServerStatus } from '../../../src/core/stack/types.js';
import { questionOf } from '../../../src/flags/asking.js';
import { watchedFolder } from '../../../src/flags/sources.js';
import { warnOfIgnored } from '../../../src/open/ignored-flags.js';
import { openBoard } from '../../../src/ui/live/board.js';
import { StoredPredictions } from '../../../src/ui/predictions.js';
import { programName } from '../../../src/ui/program.js';
import { canRedraw } from '../../../src/ui/terminal.js';

afterEach(() => vi.unstubAllEnvs());

it.each([
  ['/usr/local/bin/mvs', '/home/u', 'mvs'],
  ['/home/u/mvs/bin/run.js', '/home/u/mvs', 'node bin/run.js'],
  ['/home/u/mvs/bin/run.js', '/home/u', 'node mvs/bin/run.js'],
  ['/home/a b/bin/run.js', '/home', 'node "a b/bin/run.js"'],
  ['/lib/node_modules/mvs/bin/run.js', '/home/u', 'mvs'],
])('%s, called in %s, is shown as %s', (script, folder, name) => {
  expect(programName(script, folder)).toBe(name);
});

it('TERM=dumb is a terminal on which nothing can be replaced', () => {
  vi.stubEnv('TERM', 'xterm');
  expect([canRedraw({ isTTY: true }), canRedraw({ isTTY: false })]).toEqual([true, false]);
  vi.stubEnv('TERM', 'dumb');
  expect(canRedraw({ isTTY: true })).toBe(false);
});

it.each([
  ['xterm', 'lines', true],
  ['dumb', 'log', false],
])('progress on a terminal: %s', (term, style, hasBoard) => {
  vi.stubEnv('TERM', term);
  const were = [process.stdout.isTTY, process.stderr.isTTY] as const;
  onTestFinished(() => {
    [process.stdout.isTTY, process.stderr.isTTY] = were;
  });
  process.stdout.isTTY = process.stderr.isTTY = true;
  class Probe extends BaseCommand<string> {
    run(): Promise<string> {
      const flags = { verbose: false, quiet: false, progress: true, 'log-format': 'text' } as const;
      return Promise.resolve(this.progressStyle(flags));
    }
  }
  using board = openBoard();
  expect(board !== undefined).toBe(hasBoard);
  return expect(new Probe([], {} as never).run()).resolves.toBe(style);
});

/** What is warned of. */
function warned(act: (log: typeof silentLog) => void): string[] {
  const warnings: string[] = [];
  act({ ...silentLog, warn: (text) => warnings.push(text) });
  return warnings;
}

describe('a port or a way to run that was asked for, of a server that runs already', () => {
  const kafka: ServerStatus = { name: 'kafka', provider: 'java', address: '127.0.0.1:9092', running: true };
  const mongodb: ServerStatus = {
    name: 'mongodb',
    provider: 'memory-server',
    address: 'mongodb://127.0.0.1:27017/records',
    running: true,
  };
  const warningsOf = (flags: Record<string, unknown>, unset: readonly string[] = []) => {
    const metadata = { flags: Object.fromEntries(unset.map((name) => [name, { setFromDefault: true }])) };
    const stack = { brokers: [], store: '', servers: [kafka, mongodb] };
    return warned((log) => {
      warnOfIgnored({ flags, metadata }, stack, log);
    });
  };

  it.each([
    [
      { 'kafka-port': 19_092 },
      /^--kafka-port 19092 is ignored: Kafka already runs at 127\.0\.0\.1:9092 \(java\);.*mvs down/,
    ],
    [{ 'kafka-port': 1, kafka: 'docker' }, /^--kafka-port 1 and --kafka docker are ignored/],
    [{ 'mongo-port': 2 }, /^--mongo-port 2 is ignored: MongoDB/],
    [{ mongo: 'emulator' }, /^--mongo emulator is ignored/],
  ])('%j', (flags, warning) => {
    expect(warningsOf(flags)).toEqual([expect.stringMatching(warning)]);
  });

  it.each([
    [{ 'kafka-port': 9092, kafka: 'java', 'mongo-port': 27_017, mongo: 'download' }],
    [{ 'kafka-port': 0, kafka: 'auto', mongo: 'auto' }],
  ])('%j is not ignored', (flags) => {
    expect(warningsOf(flags)).toEqual([]);
  });

  it('is not a default', () => {
    expect(warningsOf({ 'kafka-port': 9999 }, ['kafka-port'])).toEqual([]);
  });
});

describe('a question', () => {
  const ask = (flags: Partial<Parameters<typeof questionOf>[0]>, video?: string) =>
    questionOf({ frames: false, sum: false, objects: false, format: 'table', ...flags }, video, 'table');

  it('for a few frames of all videos can be answered', () => {
    expect(ask({ frames: true, limit: 10 })).toMatchObject({ frames: true, limit: 10 });
    expect(() => ask({ frames: true })).toThrow(/too many to list/);
  });

  it.each([[{ from: { time: 5 }, to: { time: 4 } }], [{ from: { frame: 5 }, to: { frame: 4 } }]])(
    'whose --from is after --to is an error: %j',
    (flags) => {
      expect(() => ask(flags, 'cat')).toThrow(/--from is after --to/);
    },
  );

  it.each([
    [{ from: { time: 4 }, to: { time: 4 } }],
    [{ from: { frame: 4 }, to: { frame: 5 } }],
    // Depends on the frame rate.
    [{ from: { frame: 400 }, to: { time: 4 } }],
  ])('with %j is not', (flags) => {
    expect(ask(flags, 'cat')).toMatchObject(flags);
  });

  it.each([
    [{ sum: true }, /--sum needs a --label/],
    [{ rank: 2 }, /--rank needs a --label/],
    [{ level: 1, label: ['dog'] }, /--level groups a summary/],
  ])('is not %j', (flags, problem) => {
    expect(() => ask(flags, 'cat')).toThrow(problem);
  });

  it('about further predictions shows them', () => {
    expect(ask({ label: ['dog'], rank: 3 }, 'cat')).toMatchObject({ rank: 3, topK: 3 });
  });
});

describe('--top-k', () => {
  const one = { label: 'a', classIndex: 1, confidence: 1 };
  const warningsOf = (asked: number | undefined, ...tops: number[]) =>
    warned((log) => {
      const frames = tops.map((k) => (k === 1 ? {} : { top: Array.from({ length: k }, () => one) }));
      new StoredPredictions(asked === undefined ? {} : { topK: asked }, frames).warn(log);
    });

  it.each([
    [5, [1, 1], /^--top-k 5: only 1 prediction per frame is stored; "mvs consume --top-k" stores more$/],
    [5, [3, 3], /only 3 predictions per frame are stored/],
    [5, [5, 3, 5], /1 of 3 frames have fewer predictions/],
  ])('%d of %j stored warns', (asked, tops, warning) => {
    expect(warningsOf(asked, ...tops)).toEqual([expect.stringMatching(warning)]);
  });

  it('of what is stored does not', () => {
    expect(warningsOf(5, 5, 5)).toEqual([]);
    expect(warningsOf(undefined, 1)).toEqual([]);
    expect(warningsOf(5)).toEqual([]);
  });
});

it('--watch of a file is refused before any server is asked', async () => {
  const flags = {
    recursive: false,
    'name-from': 'file' as const,
    settle: 5,
    'spool-limit': 1,
    'reconnect-attempts': 1,
  };
  const watch = (folder: string) => watchedFolder({ ...flags, watch: folder }, []);
  await expect(watch('videos/cat.webm')).rejects.toMatchObject({
    message: '"videos/cat.webm" is a file, and --watch needs a folder',
    hint: expect.stringContaining('--watch "videos"') as string,
  });
  await expect(watch('no-such-folder')).rejects.toMatchObject({ code: 'NO_INPUT' });
  await expect(watch('videos')).resolves.toMatchObject({ folder: 'videos' });
});
