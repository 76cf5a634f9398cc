import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { FrameRecord } from '../../src/core/frames/frame.js';
import { openMongo } from '../../src/core/store/mongo.js';
import { jsonOf, workspace, type Workspace } from '../support/mvs.js';

const fingerprint = 'ab'.repeat(32);
const tabby = { label: 'tabby, tabby cat', classIndex: 281 };
const tiger = { label: 'tiger cat', classIndex: 282 };

/** Frame n of a video at n / 10 seconds; a letter for what each shows. */
function recordsOf(video: string, letters: string): FrameRecord[] {
  return Array.from(letters, (letter, n) => ({
    video,
    frame: n + 1,
    time: (n + 1) / 10,
    ...(letter === 't' ? tabby : tiger),
    confidence: (n + 1) / 100,
    model: 'none',
    processedAt: new Date('2026-11-23T12:00:00Z'),
  }));
}

async function withVideos(videos: Readonly<Record<string, readonly FrameRecord[]>>): Promise<Workspace> {
  const found = workspace();
  await using store = await openMongo(String(found.env.MVS_STORE));
  for (const [video, records] of Object.entries(videos)) {
    const sampling = { video, fingerprint, sampling: 'every=1' };
    await store.claim(sampling);
    await store.save(records);
    const totals = { source: video, framesDecoded: records.length, framesPublished: records.length };
    await store.finish({ ...sampling, ...totals, width: 1, height: 1, fps: 5, damaged: false });
  }
  return found;
}

const twoVideos = { cat: recordsOf('cat', 'ttttiitt'), dog: recordsOf('dog', 'iiiit') };

describe('query VIDEO', () => {
  it('shows segments, labels and a timeline', async () => {
    const { mvs } = await withVideos(twoVideos);
    const { stdout } = await mvs('query', 'cat', '--limit', '2');
    expect(stdout).toMatch(/^cat: 8 of 8 frames stored, complete$/m);
    expect(stdout).toMatch(/^A{39,40}B{19,20}A{19,20}$/m);
    expect(stdout).toMatch(/^ A +tabby +6 +/m);
    expect(stdout).toMatch(/^0:00\.1 +0:00\.4 +A tabby +1–4 +4 +2\.5 %$/m);
    expect(stdout).toContain('the 2 longest of 3 segments; raise --limit to see more');
    expect(stdout).not.toContain('\u001b');

    expect(jsonOf(await mvs('query', 'cat', '--json'))).toMatchObject({
      ...{ video: 'cat', stored: 8, complete: true, segmentCount: 3 },
      ...{ duration: 1.6, updated: '2026-11-23T12:00:00.000Z' },
      segments: [
        { label: tabby.label, firstFrame: 1, lastFrame: 4 },
        { label: tiger.label, firstFrame: 5, lastFrame: 6 },
        { label: tabby.label, firstFrame: 7, lastFrame: 8 },
      ],
    });
  });

  it('lists the frames that fit, in the order asked for', async () => {
    const { mvs } = await withVideos(twoVideos);
    const ask = async (...flags: string[]) => {
      const { frames, more } = jsonOf(await mvs('query', 'cat', ...flags, '--format', 'json')) as {
        frames: FrameRecord[];
        more: boolean;
      };
      return [frames.map(({ frame }) => frame), more];
    };
    expect(await ask('--label', 'TIGER')).toEqual([[5, 6], false]);
    expect(await ask('--min-confidence', '0.04', '--from', '0.5', '--to', '7f')).toEqual([[5, 6, 7], false]);
    expect(await ask('--sort', '-confidence', '--limit', '3')).toEqual([[8, 7, 6], true]);
    expect(await ask('--sort', 'label', '--from', '0:00.4', '--to', '0.5s')).toEqual([[4, 5], false]);
  });

  it('shows the k best predictions where they are stored', async () => {
    const [first, ...others] = recordsOf('cat', 'tt');
    const top = [tabby, tiger, tiger].map((each) => ({ ...each, confidence: 0.25 }));
    const { mvs } = await withVideos({ cat: first ? [{ ...first, top }, ...others] : [] });
    const { stdout } = await mvs('query', 'cat', '--top-k', '2');
    expect(stdout).toMatch(/CONFIDENCE +PREDICTION 2$/m);
    expect(stdout).toMatch(/ +1 +0:00\.1 +tabby, tabby cat +1\.0 % +tiger cat 25\.0 %$/m);
  });

  it('says that nothing fits, and which label may have been meant', async () => {
    const { mvs } = await withVideos(twoVideos);
    const { stdout, exitCode } = await mvs('query', 'cat', '--label', 'tabyb');
    expect([stdout, exitCode]).toEqual([
      expect.stringMatching(/\n\nno frames match\. Did you mean "tabby"\?$/) as string,
      0,
    ]);
    const streamed = await mvs('query', 'cat', '--label', 'tabyb', '--format', 'ndjson');
    expect(streamed).toMatchObject({ stdout: '', exitCode: 0 });
    expect(streamed.stderr).toBe('warn: no frames match. Did you mean "tabby"?');
  });

  it('says that there is nothing to search, instead of that nothing fits', async () => {
    const { mvs } = await withVideos({});
    const { stdout, exitCode } = await mvs('query', '--label', 'dog');
    expect([stdout, exitCode]).toEqual([expect.stringMatching(/^No video is stored yet/) as string, 0]);
  });

  it('suggests videos where the name is misspelt', async () => {
    const { mvs } = await withVideos(twoVideos);
    const { stderr, exitCode } = await mvs('query', 'kat', '--frames');
    expect(stderr).toMatch(/named "kat" are stored\n {2}Did you mean "cat"\? /);
    expect(exitCode).toBe(66);
  });
});

describe('query of all videos', () => {
  it('lists them with their length, top label and last change', async () => {
    const { mvs } = await withVideos(twoVideos);
    const { stdout } = await mvs('query');
    expect(stdout).toMatch(/^cat +8 +8 +yes +tabby +75\.0 % +0:01\.6 +\d+ \w+ ago$/m);
    expect(jsonOf(await mvs('query', '--json'))).toMatchObject({
      videos: [
        { video: 'cat', duration: 1.6, updated: '2026-11-23T12:00:00.000Z' },
        { video: 'dog', stored: 5 },
      ],
    });
  });

  it('finds where a label is seen', async () => {
    const { mvs } = await withVideos({ ...twoVideos, fox: recordsOf('fox', 'ii') });
    const { stdout } = await mvs('query', '--label', 'tabby');
    expect(stdout).toMatch(/^cat +6 +4\.2 % +2 +0:00\.1–0:00\.4\ndog +1 +5\.0 % +1 +0:00\.5–0:00\.5$/m);
    expect(stdout).toContain('7 frames in 2 of 3 videos');
    expect(jsonOf(await mvs('query', '--label', 'tabby', '--limit', '1', '--json'))).toMatchObject({
      searched: 3,
      more: true,
      matches: [{ video: 'cat', frames: 6, segmentCount: 2, segments: [{ firstFrame: 1, lastFrame: 4 }] }],
    });
    const best = ['--frames', '--sort=-confidence', '--limit', '3', '--json'];
    expect(jsonOf(await mvs('query', '--label', 'tabby', ...best))).toMatchObject({
      more: true,
      frames: [
        { video: 'cat', frame: 8 },
        { video: 'cat', frame: 7 },
        { video: 'dog', frame: 5 },
      ],
    });
  });

  it.each([
    [['--frames'], /the frames of all videos are too many to list/],
    [['--label', 'x', '--sort', 'label'], /--sort over all videos needs/],
    [['--from', '1:75'], /"1:75" is neither a time nor a frame/],
    [['--min-confidence', '2'], /"2" is not a confidence/],
    [['--sort', 'size'], /cannot sort by "size"/],
    [['--json', '--format', 'csv'], /--json/],
  ])('refuses %j', async (flags, message) => {
    const { stdout, stderr, exitCode } = await workspace().mvs('query', ...flags);
    expect(stdout + stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });
});

describe('query --format', () => {
  it('csv can be read back, and begins no formula', async () => {
    const [first, ...others] = recordsOf('=cmd|"x"', 'tii');
    const top = [tabby, tiger].map((each) => ({ ...each, confidence: 0.25 }));
    const { mvs } = await withVideos({ '=cmd|"x"': first ? [{ ...first, top }, ...others] : [] });
    const { stdout } = await mvs('query', '=cmd|"x"', '--format', 'csv', '--top-k', '2');
    expect(parse(stdout)).toEqual([
      [
        'video',
        'frame',
        'time',
        'label',
        'classIndex',
        'confidence',
        'model',
        'processedAt',
        'modelVersion',
        'label2',
        'confidence2',
      ],
      ...[1, 2, 3].map((n) => [
        ...[
          `'=cmd|"x"`,
          String(n),
          String(n / 10),
          n === 1 ? tabby.label : tiger.label,
          n === 1 ? '281' : '282',
        ],
        ...[
          String(n / 100),
          'none',
          '2026-11-23T12:00:00.000Z',
          // An earlier mvs names no version.
          'none@unknown',
          ...(n === 1 ? [tiger.label, '0.25'] : ['', '']),
        ],
      ]),
    ]);
  });

  it('ndjson is a record a line, of all videos', async () => {
    const { mvs } = await withVideos(twoVideos);
    const { stdout } = await mvs('query', '--format', 'ndjson');
    const lines = stdout.split('\n').map((line) => JSON.parse(line) as unknown);
    const all = [...twoVideos.cat, ...twoVideos.dog].map((each) => ({
      ...each,
      modelVersion: 'none@unknown',
    }));
    expect(lines).toEqual(JSON.parse(JSON.stringify(all)));
  });

  it.each(['ndjson', 'csv'])('%s ends quietly when nobody reads on', async (format) => {
    const { binary } = await withVideos({ long: recordsOf('long', 't'.repeat(3000)) });
    const child = binary('query', 'long', '--format', format);
    child.stdout.once('data', () => child.stdout.destroy());
    const { exitCode, stderr } = await child;
    expect([exitCode, stderr]).toEqual([0, '']);
  });
});

describe('query without a video', () => {
  it('lists as many as --limit says, and that there are others', async () => {
    const { mvs } = await withVideos(twoVideos);
    const { stdout } = await mvs('query', '--limit', '1');
    expect(stdout).toMatch(/^cat /m);
    expect(stdout).not.toMatch(/^dog /m);
    expect(stdout).toContain('the first 1 video; raise --limit to see more');
    expect(jsonOf(await mvs('query', '--limit', '1', '--json'))).toMatchObject({
      videos: [{ video: 'cat' }],
      more: true,
    });
    expect(jsonOf(await mvs('query', '--json'))).toMatchObject({ videos: [{}, {}], more: false });
  });
});
