import { chmod, link, mkdir, open, realpath, symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { liveFingerprint } from '../../../src/core/source/live.js';
import { findSources } from '../../../src/core/source/find.js';
import { openSource } from '../../../src/core/source/open.js';
import { videoNameOf } from '../../../src/core/source/names.js';
import { files, useWorkingFolder } from '../../support/working-folder.js';

const folder = useWorkingFolder();

async function find(inputs: string[], names?: string[], recursive = false) {
  const { sources, problems } = await findSources(inputs, { names, recursive });
  return {
    found: sources.map((source) => [source.video, source.input]),
    problems: problems.map(({ input, error }) => [input, error.code]),
    messages: problems.map(({ error }) => `${error.message} ${error.hint ?? ''}`),
  };
}

test.each([
  ['asl hungry.v1.2.mkv', 'asl hungry.v1.2'],
  ['dir.d/no-extension', 'no-extension'],
  ['.hidden', '.hidden'],
  ['.hidden.mp4', '.hidden'],
  ['ends with dot.', 'ends with dot'],
  ['e\u0301te\u0301.mp4', 'été'],
])('the video of %s is %s', (file, video) => {
  expect(videoNameOf(file)).toBe(video.normalize('NFC'));
});

test('files stay in the order given, whatever their extension, once each', async () => {
  await files('b.mp4', 'a.dat', 'sub/c');
  const { found, problems } = await find(['b.mp4', 'a.dat', './b.mp4', path.resolve('sub/c')]);
  expect(found.map(([video]) => video)).toEqual(['b', 'a', 'c']);
  expect(problems).toEqual([]);
});

test('a folder gives the video files directly in it, by name', async () => {
  await files(
    'clips/b.webm',
    'clips/A.MP4',
    'clips/README.md',
    'clips/._b.webm',
    'clips/deep/c.mp4',
    'out.mkv',
  );
  await symlink('../out.mkv', 'clips/link.mkv');
  await symlink('nowhere.mkv', 'clips/dangling.mkv');
  await mkdir('clips/folder.mp4');
  expect((await find(['clips'])).found.map(([video]) => video)).toEqual(['A', 'b', 'link']);
});

test('a folder gives the videos of all folders below it where that is asked for', async () => {
  await files('v/b.webm', 'v/x/a.mp4', 'v/x/y/c.mkv', 'v/x/notes.txt', 'v/.trash/old.mp4', 'v/x/.d.mp4');
  await symlink('..', 'v/x/round');
  expect((await find(['v'], undefined, true)).found).toEqual([
    ['b', path.join('v', 'b.webm')],
    ['a', path.join('v', 'x', 'a.mp4')],
    ['c', path.join('v', 'x', 'y', 'c.mkv')],
  ]);
  await mkdir('none/deep', { recursive: true });
  const { messages } = await find(['none'], undefined, true);
  expect(messages[0]).toContain('"none" has no video files, nor have the folders below it');
  expect((await find(['none'])).messages[0]).toContain('--recursive');
});

test('a quoted glob may search all folders', async () => {
  await files('v/b.mp4', 'v/x/y/a.mp4', 'v/x/c.txt');
  expect((await find(['v/**/*.mp4'])).found.map(([video]) => video)).toEqual(['b', 'a']);
});

test('a folder whose name looks like a glob is a folder', async () => {
  await files('[x]*/a.mp4', 'x1/b.mp4');
  expect((await find(['[x]*'])).found).toEqual([['a', path.join('[x]*', 'a.mp4')]]);
});

test('a glob that the shell left alone is expanded, by name, also in folders above', async () => {
  await files('v/b.mp4', 'v/a.webm', 'v/c.txt', 'v/.hidden.mp4', 'w/x.mp4');
  expect((await find(['v/*.{mp4,webm}'])).found).toEqual([
    ['a', 'v/a.webm'],
    ['b', 'v/b.mp4'],
  ]);
  process.chdir('w');
  expect(
    (await find(['../v/?.mp4', path.join(path.resolve('..'), 'v', 'a.*')])).found.map(([video]) => video),
  ).toEqual(['b', 'a']);
});

test('a glob finds files of the current folder through the folders above it', async () => {
  await files('v/a.mp4', 'w/b.mp4', 'w/!c.mp4');
  const root = process.cwd();
  process.chdir('w');
  for (const above of ['..', `../../${path.basename(root)}`, root])
    for (const pattern of ['*/*.mp4', '**/*.mp4'])
      expect((await find([`${above}/${pattern}`])).found.map(([video]) => video)).toEqual(['a', '!c', 'b']);
  expect((await find(['!*.mp4'])).found).toEqual([['!c', '!c.mp4']]);
});

test.runIf(process.platform === 'linux')('a file on stdin has a path that other processes know', async () => {
  await files('a.mp4');
  await using file = await open('a.mp4');
  const source = { kind: 'file', video: 'a', input: `/dev/fd/${file.fd}`, pathName: 'a' } as const;
  const options = { stallMs: 1000, signal: AbortSignal.timeout(1000), spoolLimit: 1 };
  await using opened = await openSource(source, options);
  expect(opened.path).toBe(await realpath('a.mp4'));
});

test('two forms of one name are one video, whatever it is named after', async () => {
  await files('v/cafe\u{301}.mp4', 'v/caf\u{e9}.mp4');
  const { problems } = await findSources(['v']);
  expect(problems[0]?.error.hint).toBe('Give them different names: rename the files.');
});

test('a glob may name folders whose names look like globs', async () => {
  await files('[x]/a.mp4', '{y}/a.mp4');
  const named = await findSources([String.raw`\[x\]/*.mp4`], { nameFrom: 'path' });
  expect(named.sources.map(({ video, input }) => [video, input])).toEqual([['a', '[x]/a.mp4']]);
  expect((await find([String.raw`\{y\}/*.mp4`])).found).toEqual([['a', '{y}/a.mp4']]);
});

test('a file that exists under the name of a glob is meant literally', async () => {
  await files('clip[1].mp4', 'clip1.mp4', 'a*b.webm', 'aXb.webm');
  expect((await find(['clip[1].mp4', 'a*b.webm'])).found.map(([video]) => video)).toEqual(['clip[1]', 'a*b']);
});

test('what is not there is a problem of that input only', async () => {
  await files('good.mp4', 'good.txt');
  await mkdir('empty');
  const inputs = ['nix.mp4', '*.nix', 'empty', '', 'good.mp4/x', 'a\0b', 'concat:a|b', 'good.mp4'];
  const { found, problems, messages } = await find(inputs);
  expect(found).toEqual([['good', 'good.mp4']]);
  expect(problems).toEqual(inputs.slice(0, -1).map((input) => [input, 'NO_INPUT']));
  expect(messages[0]).toContain('"nix.mp4" does not exist');
  expect(messages[1]).toContain('No file matches "*.nix"');
  expect(messages[2]).toContain('"empty" has no video files');
  expect((await find(['caf\ufffd.mp4'])).messages[0]).toContain('its name is not valid UTF-8');
  expect(messages[6]).toMatch(/mvs does not read concat: addresses\. .*https:.*rtsps:/);
});

test('a device is not a video', async () => {
  expect((await find(['/dev/zero'])).problems).toEqual([['/dev/zero', 'NO_INPUT']]);
});

test.skipIf(!process.seteuid || process.getuid?.() !== 0)('a file without permission says so', async () => {
  await files('private.mp4', 'good.mp4');
  await files('v/private/a.mp4');
  await Promise.all([chmod('private.mp4', 0), chmod('v/private', 0), chmod(folder(), 0o755)]);
  process.seteuid?.(65_534);
  try {
    const { found, problems, messages } = await find(['private.mp4', 'good.mp4']);
    expect(found).toEqual([['good', 'good.mp4']]);
    expect(problems).toEqual([['private.mp4', 'NO_INPUT']]);
    expect(messages[0]).toContain('permission denied');
    const below = await find(['v'], undefined, true);
    expect(below.messages[0]).toContain('"v/private" cannot be read: permission denied');
  } finally {
    process.seteuid?.(0);
  }
});

describe('names', () => {
  test('two files with one name are both refused, with both paths and the way out', async () => {
    await files('a/clip.mp4', 'b/clip.webm', 'c.mp4');
    const { found, problems, messages } = await find(['a/clip.mp4', 'c.mp4', 'b/clip.webm']);
    expect(found).toEqual([['c', 'c.mp4']]);
    expect(problems).toEqual([['b/clip.webm', 'NAME_TAKEN']]);
    for (const part of ['a/clip.mp4', 'b/clip.webm', '--name']) expect(messages[0]).toContain(part);
  });

  test('of many files are not all listed', async () => {
    await files('1/a.mp4', '2/a.mp4', '3/a.mp4', '4/a.mp4', '5/a.mp4');
    const { messages } = await find(['.'], undefined, true);
    expect(messages[0]).toContain('"3/a.mp4" and 2 more would all be the video "a"');
  });

  test('one name in two spellings of Unicode is one name', async () => {
    await files('a/\u00e9.mp4', 'b/e\u0301.mp4');
    expect((await find(['a/\u00e9.mp4', 'b/e\u0301.mp4'])).problems).toEqual([
      ['b/e\u0301.mp4', 'NAME_TAKEN'],
    ]);
  });

  test('are given in the order of the files', async () => {
    await files('a/clip.mp4', 'b/clip.webm');
    expect((await find(['a/clip.mp4', 'b/clip.webm'], ['first', 'second'])).found).toEqual([
      ['first', 'a/clip.mp4'],
      ['second', 'b/clip.webm'],
    ]);
  });

  test('for more or fewer than the inputs, a folder or a glob are a usage error', async () => {
    await files('v/a.mp4');
    for (const [inputs, names] of [
      [['v/a.mp4'], ['x', 'y']],
      [['v/a.mp4', 'v/b.mp4'], ['x']],
      [['v'], ['x']],
      [['v/*'], ['x']],
    ] as const) {
      await expect(find([...inputs], [...names])).rejects.toMatchObject({ code: 'USAGE' });
    }
  });

  test('that no collection can have are names like others', async () => {
    const long = '映'.repeat(80);
    await files('v/a$b.mp4', 'v/system.x.mp4', 'v/...mp4', 'v/a..b.mp4', `v/${long}.mp4`);
    const { found, problems } = await find(['v']);
    // Hidden files are no videos of a folder.
    expect(found.map(([video]) => video).sort()).toEqual(['a$b', 'a..b', 'system.x', long]);
    expect(problems).toEqual([]);
    expect((await find(['v/...mp4'])).found).toEqual([['..', 'v/...mp4']]);
  });

  test('that no video can have are a problem of these files only', async () => {
    await files('v/a\nb.mp4', 'v/c\u009b.mp4', 'v/fine.mp4');
    for (const input of ['v', 'v/*']) {
      const { found, problems, messages } = await find([input]);
      expect(found).toEqual([['fine', 'v/fine.mp4']]);
      expect(problems.map(([file]) => file).sort()).toEqual(['v/a\nb.mp4', 'v/c\u009b.mp4']);
      expect(messages[0]).toMatch(/control character .*--name/);
    }
    expect((await find(['v/a\nb.mp4'], ['ab'])).found).toEqual([['ab', 'v/a\nb.mp4']]);
  });

  test('may be the paths below the folder or glob', async () => {
    await files('cam/1/00.00.mp4', 'cam/2/00.00.mp4', 'cam/2/x.mkv');
    const byPath = async (...inputs: string[]): Promise<string[]> =>
      (await findSources(inputs, { nameFrom: 'path', recursive: true })).sources.map(({ video }) => video);
    expect(await byPath('cam')).toEqual(['1/00.00', '2/00.00', '2/x']);
    expect(await byPath(path.resolve('cam'))).toEqual(['1/00.00', '2/00.00', '2/x']);
    expect(await byPath('cam/*/00*.mp4')).toEqual(['1/00.00', '2/00.00']);
    expect(await byPath('**/00*.mp4')).toEqual(['cam/1/00.00', 'cam/2/00.00']);
    expect(await byPath('cam/{1/00,2/x}*')).toEqual(['1/00.00', '2/x']);
    expect(await byPath('cam/1/00.00.mp4', './cam/2/00.00.mp4')).toEqual(['cam/1/00.00', 'cam/2/00.00']);
    expect(await byPath('https://h/1/00.00.mp4', 'https://h/2/00.00.mp4')).toEqual(['1/00.00', '2/00.00']);
  });

  test('from paths are suggested where they differ', async () => {
    await files('cam/1/a.mp4', 'cam/2/a.mp4', 'v/b.mp4', 'v/b.mkv');
    expect((await find(['cam'], undefined, true)).messages[0]).toMatch(/--name-from path/);
    expect((await find(['cam/1/a.mp4', 'cam/2/a.mp4'])).messages[0]).toMatch(
      /--name-from path, or one --name/,
    );
    expect((await find(['v'])).messages[0]).not.toContain('--name-from');
    // Below each of these folders, both are "a".
    expect((await find(['cam/1', 'cam/2'])).messages[0]).toContain('the folder above them');
  });
});

test('a file counts once, by whatever links it is found', async () => {
  await files('v/a.mp4', 'v/b.mp4', 'w/keep');
  await symlink('a.mp4', 'v/0-latest.mp4');
  await symlink('../v', 'w/v');
  await link('v/b.mp4', 'w/b.mp4');
  const notes: string[] = [];
  const log = { ...silentLog, info: (note: string) => void notes.push(note) };
  const inputs = ['v', 'w', 'w/v', './v/a.mp4', 'w/v/*.mp4'];
  const { sources, problems } = await findSources(inputs, { log });
  expect(problems).toEqual([]);
  expect(sources.map(({ video, input }) => [video, input])).toEqual([
    ['a', 'v/a.mp4'],
    ['b', 'v/b.mp4'],
  ]);
  expect(notes[0]).toContain('"v/0-latest.mp4" is the same file as "v/a.mp4" and is produced once, as "a"');
  // Two names are two videos.
  const twice = await findSources(['v/a.mp4', 'v/0-latest.mp4'], { names: ['x', 'y'] });
  expect(twice.sources.map(({ video }) => video)).toEqual(['x', 'y']);
});

describe('URLs', () => {
  test.each([
    ['https://h/a/clip.v2.mp4', 'clip.v2', 'https://h/a/clip.v2.mp4'],
    [
      'http://h:8080/asl%20hungry.webm?token=s3cret&x=/y.mp4',
      'asl hungry',
      'http://h:8080/asl%20hungry.webm',
    ],
    ['HTTPS://me:s3cret@H/o/dir%2Fclip.mp4#s3cret', 'clip', 'https://h/o/dir%2Fclip.mp4'],
    ['http://h/100%.mp4', '100%', 'http://h/100%.mp4'],
    ['http://h/%65%CC%81.mp4', 'é', 'http://h/%65%CC%81.mp4'],
  ])('%s is the video %s', async (url, video, shown) => {
    const { sources } = await findSources([url]);
    expect(sources).toEqual([{ kind: 'url', video, input: shown, url: new URL(url) }]);
  });

  test('without a name at their end need one', async () => {
    const { problems, messages } = await find(['https://h/?id=s3cret']);
    expect(problems).toEqual([['https://h/', 'NO_INPUT']]);
    expect(messages[0]).toMatch(/"https:\/\/h\/": the video name "" is empty .*--name/);
    expect((await find(['https://h/?id=s3cret'], ['door'])).found).toEqual([['door', 'https://h/']]);
  });

  test('share the names with files, and one that is given twice is one', async () => {
    await files('clip.webm');
    const url = 'https://me:s3cret@h/clip.mp4?s3cret';
    const { problems, messages } = await find(['clip.webm', url, url]);
    expect(problems).toEqual([['https://h/clip.mp4', 'NAME_TAKEN']]);
    expect(messages[0]).toContain('"clip.webm" and "https://h/clip.mp4" would all be the video "clip"');
    expect((await find([url, url])).found).toEqual([['clip', 'https://h/clip.mp4']]);
    // Another query may be another video.
    expect((await find([url, `${url}2`])).problems).toEqual([['https://h/clip.mp4', 'NAME_TAKEN']]);
  });

  test.each([
    ['rtmp://me:s3cret@h/live?s3cret', 'rtmp://h/live', /live source of a kind/],
    ['srt://h:9000?passphrase=s3cret', 'srt://h:9000', /live source/],
    ['ftp://me:s3cret@h/x.mp4', 'ftp://h/x.mp4', /does not read ftp: addresses/],
    ['s3://bucket/x.mp4?s3cret', 's3://bucket/x.mp4', /does not read s3: addresses/],
    ['file:///etc/passwd', 'file:///etc/passwd', /does not read file: addresses/],
    ['http://me:s3/cret@h/x.mp4', 'http://…', /not a valid URL/],
    ['http://me:s3cret@[h/x.mp4', 'http://…', /not a valid URL/],
  ])('of other kinds are refused, their secrets kept: %s', async (url, shown, message) => {
    const { found, problems, messages } = await find([url]);
    expect(found).toEqual([]);
    expect(problems).toEqual([[shown, 'NO_INPUT']]);
    expect(messages[0]).toMatch(message);
    expect(messages[0]).toMatch(/https?:\/\/|%XX/);
    expect(messages[0]).not.toMatch(/s3cret|cret@/);
  });

  test('are not what ffmpeg takes for addresses: those are names of files', async () => {
    const names = ['http:x.mp4', 'concat:a|b', 'data:video,x', 'file:x.mp4', '-i', 'cam:1.mp4'];
    expect((await find(names)).problems).toEqual(names.map((name) => [name, 'NO_INPUT']));
    await files(...names);
    expect((await find(names)).found.map(([, input]) => input)).toEqual(names);
  });
});

describe('live sources', () => {
  test.each([
    ['rtsp://me:s3cret@h:554/lobby', 'rtsp', 'lobby', 'rtsp://h:554/lobby'],
    ['rtsps://me:s3cret@door.example/live?s3cret', 'rtsp', 'door.example', 'rtsps://door.example/live'],
    ['https://h/lobby/index.m3u8?token=s3cret', 'hls', 'lobby', 'https://h/lobby/index.m3u8'],
  ])('%s is of the kind %s, and each run has its own name', async (address, live, camera, input) => {
    const [source] = (await findSources([address])).sources;
    expect(source).toMatchObject({ kind: 'live', live, input, address });
    expect(source?.video).toMatch(new RegExp(`^${camera}-\\d{8}T\\d{6}Z$`));
    expect((await find([address], ['mine'])).found).toEqual([['mine', input]]);
  });

  test('a run has a fingerprint of its own', () => {
    const [one, two] = [new Date(1e12), new Date(1e12 + 1)];
    expect(liveFingerprint('v', 'rtsp://h/v', one)).toBe(liveFingerprint('v', 'rtsp://h/v', one));
    expect(liveFingerprint('v', 'rtsp://h/v', one)).not.toBe(liveFingerprint('v', 'rtsp://h/v', two));
  });

  test.runIf(process.platform === 'linux')('a device is one, and not any file', async () => {
    await files('x');
    const { problems, messages } = await find([`device:${path.resolve('x')}`, 'device:/dev/no-such-video']);
    expect(problems.map(([, code]) => code)).toEqual(['NO_INPUT', 'NO_INPUT']);
    expect(messages[0]).toContain('is not a video device');
    expect(messages[1]).toContain('"/dev/no-such-video" does not exist');
    const [source] = (await findSources(['device:/dev/null'])).sources;
    expect(source).toMatchObject({ live: 'device', address: '/dev/null', input: 'device:/dev/null' });
  });
});
