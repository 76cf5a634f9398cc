import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { FrameRecord } from '../../src/core/frames/frame.js';
import { openMongo } from '../../src/core/store/mongo.js';
import { record } from '../contract/store/store.js';
import { jsonOf, workspace, type Mvs } from '../support/mvs.js';

const versions = ['net', 'net-int8'].map((name, n) => ({
  name,
  digest: 'ab'.charAt(n).repeat(64),
  facts: {},
}));
const [a, b] = ['net@aaaaaaaaaaaa', 'net-int8@bbbbbbbbbbbb'];
/** Longer than a line of a terminal usually is. */
const long = 'x'.repeat(120);
const names: Readonly<Record<string, string>> = { c: 'tabby, tabby cat', d: '=dog', t: 'tiger cat', l: long };

/** A letter for what each frame shows, from 1 on; a space where there is none. */
function recordsOf(video: string, letters: string, confidence: number): FrameRecord[] {
  return Array.from(letters).flatMap((letter, n) =>
    letter === ' ' ? [] : [record(video, n + 1, { label: names[letter] ?? letter, confidence, time: n })],
  );
}

/** For each video, what the first version sees, and the second one. */
async function withVideos(videos: Readonly<Record<string, readonly [string, string]>>): Promise<Mvs> {
  const { mvs, env } = workspace();
  await using store = await openMongo(String(env.MVS_STORE));
  for (const [video, seen] of Object.entries(videos)) {
    for (const [n, version] of versions.entries()) {
      await using results = store.of(version);
      await results.claim({ video, fingerprint: 'ab'.repeat(32), sampling: 'every=1' });
      await results.save(recordsOf(video, seen[n] ?? '', n === 0 ? 0.5 : 0.625));
    }
  }
  return mvs;
}

const usual = { cat: ['cccccct c', 'ccddccttt'], dog: ['dddd', 'dddd'] } as const;

describe('mvs diff', () => {
  it('shows agreement, label changes, segments, and the frames that only one version has', async () => {
    const mvs = await withVideos(usual);
    const { stdout, exitCode } = await mvs('diff', 'net', 'net-int8', '--frames');
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      [
        ...[`A  ${a}`, `B  ${b}`, ''],
        ...[
          '12 frames compared: 75.0 % have the same label, 3 have another one; confidence +12.5 points on average',
          '',
        ],
        'VIDEO  COMPARED  CHANGED  AGREEMENT  CONFIDENCE    ONLY A  ONLY B',
        'cat           8        3  62.5 %     +12.5 points       0       1',
        'dog           4        0  100.0 %    +12.5 points       0       0',
        '',
        'LABEL IN A        LABEL IN B  FRAMES',
        'tabby, tabby cat  =dog             2',
        'tabby, tabby cat  tiger cat        1',
        '',
        'VIDEO  FROM    TO      LABEL IN A        LABEL IN B  FRAMES  CONFIDENCE',
        'cat    0:02.0  0:03.0  tabby, tabby cat  =dog             2  +12.5 points',
        'cat    0:08.0  0:08.0  tabby, tabby cat  tiger cat        1  +12.5 points',
        '',
        'VIDEO  FRAME  TIME    LABEL IN A        A       LABEL IN B  B',
        'cat        3  0:02.0  tabby, tabby cat  50.0 %  =dog        62.5 %',
        'cat        4  0:03.0  tabby, tabby cat  50.0 %  =dog        62.5 %',
        'cat        9  0:08.0  tabby, tabby cat  50.0 %  tiger cat   62.5 %',
        '',
        'frames of cat that only B has:',
        '  8',
      ].join('\n'),
    );
    const brief = await mvs('diff', 'net', 'net-int8', 'cat', '--limit', '1');
    expect(brief.stdout).toContain('the 1 most frequent of 2 changes of label; raise --limit to see more');
    expect(brief.stdout).toContain('the 1 longest of 2 changed segments');
    expect(brief.stdout).not.toMatch(/^dog|FRAME {2}TIME/m);
  });

  it('and mvs query show whole labels where the output is no terminal', async () => {
    const mvs = await withVideos({ cat: ['cccc', 'llcc'] });
    const { stdout } = await mvs('diff', 'net', 'net-int8', '--frames');
    expect(stdout.match(new RegExp(`  ${long} `, 'g'))).toHaveLength(4);
    const { stdout: summary } = await mvs('query', 'cat', '--model', 'net-int8');
    // Among the labels and among the segments.
    expect(summary.match(new RegExp(` ${long} `, 'g'))).toHaveLength(2);
  });

  it('as JSON names the versions, and as CSV and NDJSON writes one changed frame per line', async () => {
    const mvs = await withVideos(usual);
    const document = jsonOf(await mvs('diff', 'net-int8', 'net', 'cat', '--frames', '--json'));
    expect(document).toMatchObject({
      ...{ a: b, b: a, compared: 8, changed: 3, agreement: 0.625, meanConfidenceChange: -0.125 },
      videos: [{ video: 'cat', onlyA: { count: 1, frames: [{ from: 8, to: 8, count: 1 }] } }],
    });
    const csv = await mvs('diff', 'net', 'net-int8', '--format', 'csv');
    expect(parse(csv.stdout)).toEqual([
      'video,frame,time,fromLabel,fromClassIndex,fromConfidence,toLabel,toClassIndex,toConfidence,a,b'.split(
        ',',
      ),
      ['cat', '3', '2', 'tabby, tabby cat', '281', '0.5', "'=dog", '281', '0.625', a, b],
      ['cat', '4', '3', 'tabby, tabby cat', '281', '0.5', "'=dog", '281', '0.625', a, b],
      ['cat', '9', '8', 'tabby, tabby cat', '281', '0.5', 'tiger cat', '281', '0.625', a, b],
    ]);
    expect(csv.stderr).toContain(`not compared: 0 frames only in ${a}, 1 frame only in ${b} (cat 8)`);
    const lines = (await mvs('diff', 'net', 'net-int8', '--format=ndjson', '--limit', '2')).stdout.split(
      '\n',
    );
    const { frames } = jsonOf(await mvs('diff', 'net', 'net-int8', '--frames', '-o', 'json')) as {
      frames: object[];
    };
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      frames.slice(0, 2).map((frame) => ({ ...frame, a, b })),
    );
  });

  it('is a gate: exits with 1 above --max-changes, in every format', async () => {
    const mvs = await withVideos({ cat: ['cccc', 'cccd'], dog: ['dd', '  '] });
    for (const format of ['table', 'json', 'csv', 'ndjson']) {
      const gate = (max: string) => mvs('diff', 'net', 'net-int8', '--format', format, '--max-changes', max);
      expect(await gate('25')).toMatchObject({ exitCode: 0 });
      const closed = await gate('24.9');
      expect(closed, format).toMatchObject({ exitCode: 1 });
      expect(closed.stdout).toContain('dog');
      expect(closed.stderr).toContain(
        '25.00 % of 4 frames have another label, which exceeds --max-changes 24.9',
      );
    }
    // Only one version has this video, which proves nothing about the other.
    const nothing = await mvs('diff', 'net', 'net-int8', 'dog', '--max-changes', '100');
    expect(nothing).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('nothing to compare') as string,
    });
    expect(nothing.stdout).toMatch(/frames of dog that only A has:\n {2}1–2 \(2 frames\)$/);
  });

  it('needs two versions that the database has', async () => {
    const mvs = await withVideos({ cat: ['c', 'c'] });
    const cases: [string[], number, string | RegExp][] = [
      [['net', 'net@aaaa'], 2, `are the same version of a model: ${a}`],
      [['net', 'net-int9'], 66, /or "net-int8".*It has results of: net@a+, net-int8@b+\./],
      [['net'], 2, 'Missing required argument: B'],
      [['net', 'net-int8', 'cot'], 66, 'Did you mean "cat"?'],
      [['net', 'net-int8', '--max-changes', '101'], 2, 'is not a percentage'],
    ];
    for (const [args, exitCode, stderr] of cases) {
      const failed = await mvs('diff', ...args);
      expect(failed, args.join(' ')).toMatchObject({
        exitCode,
        stderr: expect.stringMatching(stderr) as string,
      });
    }
  });
});
