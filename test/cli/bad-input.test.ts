import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { beforeAll, describe, expect, it } from 'vitest';
import { openStoreAt } from '../support/fresh.js';
import { jsonOf, workspace, type Workspace } from '../support/mvs.js';
import { canDropPrivileges, isRoot, unprivileged } from '../support/unprivileged.js';
import { sharedStack } from '../support/stack.js';
import { closedPort, webServer } from '../support/web.js';
import { make, multiples, numbered, standIn, temporaryFolder } from '../integration/extract/extract-clips.js';

const at = temporaryFolder();
const frames = 60;
let whole: Buffer;
beforeAll(async () => {
  const file = await make(at('good.mkv'), ...numbered({ frames }), '-c:v', 'libx264', '-g', '10');
  whole = await readFile(file);
  await writeFile(at('cut.mkv'), whole.subarray(0, Math.floor(whole.length * 0.6)));
});

/** A workspace with a topic. */
async function withTopic(...args: Parameters<typeof workspace>): Promise<Workspace> {
  const space = workspace(...args);
  expect(await space.mvs('topic:create')).toMatchObject({ exitCode: 0 });
  return space;
}

/** What is stored of a video. */
async function stored({ mvs }: Workspace, video: string): Promise<{ complete: boolean; frames: number[] }> {
  const answer = jsonOf(await mvs('query', video, '--frames', '--json')) as {
    complete: boolean;
    frames: { frame: number }[];
  };
  return { complete: answer.complete, frames: answer.frames.map(({ frame }) => frame) };
}

describe('bad input', () => {
  it.skipIf(!canDropPrivileges)('is told in a line each, and all that can be read is published', async () => {
    await Promise.all(['nothing', 'a', 'b'].map((folder) => mkdir(at(folder))));
    const flipped = Buffer.from(whole);
    for (let place = 3000; place < flipped.length; place += 501)
      flipped[place] = (flipped[place] ?? 0) ^ 0x10;
    const written = {
      'flipped.mkv': flipped,
      'empty.mp4': '',
      'text.mp4': 'Dear diary,\n'.repeat(20),
      'private.mkv': whole,
      'list.m3u8': `#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n${at('good.mkv')}\n#EXT-X-ENDLIST\n`,
      'a/twin.mkv': whole,
      'b/twin.mkv': whole,
    };
    for (const [name, content] of Object.entries(written)) await writeFile(at(name), content);
    await chmod(at('private.mkv'), 0);
    await make(at('sound.webm'), '-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'libopus');
    const key = ['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', '1'.repeat(32)];
    await make(
      at('secret.mp4'),
      '-i',
      at('good.mkv'),
      '-c',
      'copy',
      ...key,
      '-encryption_kid',
      '2'.repeat(32),
    );
    await make(at('other.mkv'), ...numbered({ frames: 3 }), '-c:v', 'libx264');
    const away = `http://127.0.0.1:${await closedPort()}/away.mp4`;
    const { origin } = await webServer((request, response) => {
      if (request.url === '/remote.mp4') response.end(written['list.m3u8']);
      else response.writeHead(404).end();
    });

    const space = await withTopic({}, isRoot ? { launcher: unprivileged } : {});
    const { mvs } = space;
    await mvs('produce', at('other.mkv'), '--name', 'taken');
    await mvs('consume', '--threads', '1', '--until-drained');

    const expected: readonly (readonly [input: string, told: RegExp, advice: RegExp])[] = [
      [at('missing.mp4'), /missing\.mp4" does not exist$/, /Check the name/],
      [at('nothing'), /The folder ".*nothing" has no video files$/, /--recursive/],
      [at('private.mkv'), /private\.mkv" cannot be read: permission denied$/, /permission to read it/],
      ['rtmp://me:s3cret@127.0.0.1/live', /"rtmp:\/\/127\.0\.0\.1\/live" is a live source/, /http:\/\//],
      [at('a/twin.mkv'), /a\/twin\.mkv" and ".*b\/twin\.mkv" would all be the video "twin"$/, /--name/],
      [at('empty.mp4'), /empty\.mp4" is empty \(0 bytes\)$/, /Copy or download it again/],
      [at('text.mp4'), /text\.mp4" is not a video/, /Check that it plays/],
      [at('sound.webm'), /sound\.webm" has no video stream \(audio only\?\)$/, /with pictures/],
      [at('secret.mp4'), /secret\.mp4" is encrypted$/, /without copy protection/],
      [at('list.m3u8'), /list\.m3u8" is not a video: its format is "hls/, /not followed/],
      [
        `${away}?sig=s3cret`,
        /"http:.*\/away\.mp4" cannot be reached \(.*ECONNREFUSED.*\)$/,
        /Check the address/,
      ],
      [`${origin}/gone.mp4?sig=s3cret`, /"http:.*\/gone\.mp4" answers 404 Not Found$/, /Check the address/],
      [`${origin}/remote.mp4`, /"http:.*\/remote\.mp4" is not a video: its format is "hls/, /not followed/],
      [at('taken.mkv'), /taken\.mkv": the name "taken" belongs to a video with different content$/, /--name/],
    ];
    await writeFile(at('taken.mkv'), whole);
    const inputs = expected.map(([input]) => input);
    const readable = ['cut.mkv', 'flipped.mkv', 'good.mkv'].map(at);
    const produced = await mvs('produce', ...inputs, at('b/twin.mkv'), ...readable, '--every', '3');

    // Of the first failure, that of the missing file.
    expect(produced.exitCode).toBe(66);
    const lines = produced.stderr.split('\n');
    for (const [, told, advice] of expected) {
      const found = lines.flatMap((line, place) =>
        line.startsWith('error: ') && told.test(line) ? [place] : [],
      );
      expect([told, found.length]).toEqual([told, 1]);
      expect(lines[(found[0] ?? 0) + 1]).toMatch(advice);
    }
    expect(lines.filter((line) => line.startsWith('error: '))).toHaveLength(expected.length);
    const damaged = lines.flatMap(
      (line) => /^warn: ".*\/(\w+)\.mkv" is damaged, (\d+) frames read: ./.exec(line) ?? [],
    );
    expect(damaged).toHaveLength(6);
    // Nothing else is said than these lines and what to do about them.
    expect(lines.filter((line) => !/^(error: | {2}\S)/.test(line))).toHaveLength(2);
    expect(produced.stderr).not.toContain('s3cret');
    expect(produced.stdout).toMatch(/^good .* ok$/m);

    await mvs('consume', '--threads', '1', '--until-drained');
    expect(await stored(space, 'good')).toEqual({ complete: true, frames: multiples(3, frames) });
    for (const [video = '', read] of [damaged.slice(1, 3), damaged.slice(4, 6)]) {
      expect((await stored(space, video)).frames).toEqual(multiples(3, Number(read)));
    }
    expect(await stored(space, 'taken')).toEqual({ complete: true, frames: [3] });
  });

  it('that is damaged makes produce and run exit with 65, and is published', async () => {
    const { mvs } = await withTopic();
    const inputs = [at('cut.mkv'), at('good.mkv')];
    const produced = await mvs('produce', ...inputs, '--json');
    expect(produced.exitCode).toBe(65);
    const videos = [
      { video: 'cut', damaged: true },
      { video: 'good', damaged: false },
    ];
    expect(jsonOf(produced)).toMatchObject({ videos, failed: [] });
    const ran = await mvs('run', ...inputs, '--threads', '1', '--json');
    expect(ran.exitCode).toBe(65);
    expect(jsonOf(ran)).toMatchObject({ produced: { videos, failed: [] } });
  });

  it('that failed decides the exit code, not what is damaged, and not what was slow', async () => {
    const { mvs } = await withTopic();
    const away = `http://127.0.0.1:${await closedPort()}/away.mp4`;
    await writeFile(at('none.mp4'), '');
    expect(await mvs('produce', at('cut.mkv'), away, at('none.mp4'))).toMatchObject({ exitCode: 69 });
    expect(await mvs('produce', at('cut.mkv'), at('none.mp4'), away)).toMatchObject({ exitCode: 65 });
  });

  it('that stalls is ended, and the others go on', async () => {
    const script = `case "$*" in *stalls.mkv*) exec sleep 600;; *) exec "${ffmpeg.path}" "$@";; esac`;
    const { mvs } = await withTopic({
      MVS_FFMPEG: await standIn(at('ffmpeg'), script),
      MVS_STALL_TIMEOUT: '1',
    });
    await writeFile(at('stalls.mkv'), whole);
    const { stdout, stderr, exitCode } = await mvs('produce', at('stalls.mkv'), at('good.mkv'));
    expect(stderr).toMatch(/^error: ".*stalls\.mkv" stalled: no data for 1 s\n {2}.*--stall-timeout/);
    expect(stdout).toMatch(/^good .* ok$/m);
    expect(exitCode).toBe(69);
  });

  it('that changes while it is read has no end: what was published is not called complete', async () => {
    const growing = at('growing.mkv');
    await writeFile(growing, whole);
    // ffmpeg has read it to its end when the rest comes.
    const script = `"${ffmpeg.path}" "$@"; status=$?; case "$*" in *growing.mkv*) echo more >> "${growing}";; esac; exit $status`;
    const { mvs } = await withTopic({ MVS_FFMPEG: await standIn(at('ffmpeg-slow'), script) });
    const { stderr, exitCode } = await mvs('produce', growing);
    expect(stderr).toMatch(/^error: ".*growing\.mkv" changed while it was read: .*\n {2}.*--name/);
    expect(exitCode).toBe(65);
    await mvs('consume', '--threads', '1', '--until-drained');
    expect(jsonOf(await mvs('query', 'growing', '--json'))).toMatchObject({
      expected: null,
      complete: false,
    });
  });

  it('that is only named oddly is no bad input', async () => {
    const names = [
      '$(touch pwned)',
      'two\nlines',
      '-dash',
      '--every',
      'http:x',
      'concat:a|b',
      `it's "so"`,
      '; touch pwned #',
    ];
    const folder = at('odd');
    await mkdir(folder);
    for (const name of names) await writeFile(path.join(folder, `${name}.mkv`), whole);
    const { mvs } = await withTopic({}, { cwd: folder });
    // A terminal would execute a line break: that file needs another name.
    const fine = names.filter((name) => !name.includes('\n'));
    const produced = await mvs('produce', '--json', '--', ...fine.map((name) => `${name}.mkv`));
    expect(produced).toMatchObject({ exitCode: 0, stderr: '' });
    expect(jsonOf(produced)).toMatchObject({
      videos: fine.map((video) => ({ video, source: `${video}.mkv`, framesDecoded: frames })),
    });
    const renamed = await mvs('produce', '--json', '--name', 'lines', 'two\nlines.mkv');
    expect(jsonOf(renamed)).toMatchObject({ videos: [{ video: 'lines', source: 'two\nlines.mkv' }] });
    expect(await readdir(folder)).toHaveLength(names.length);
  });
});

describe('a name that belongs to other content', () => {
  it('is found in the local stack too, where no database is named', async () => {
    const { mvs, topic } = await withTopic({ MVS_STORE: undefined });
    const store = await openStoreAt(sharedStack().store);
    // The name of the topic is this test's own.
    await store.claim({ video: topic, fingerprint: 'cd'.repeat(32), sampling: 'every=3' });
    const { stderr, exitCode } = await mvs('produce', at('good.mkv'), '--name', topic);
    await store.remove(topic);
    expect(stderr).toMatch(
      /^error: ".*good\.mkv": the name "topic-\w+" belongs to a video with different content\n/,
    );
    expect(exitCode).toBe(65);
    expect(await mvs('produce', at('good.mkv'), '--name', topic)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await store.video(topic)).toBeUndefined();
  });

  it('is not found where the database is away, which is told where it was named', async () => {
    const { mvs } = await withTopic({ MVS_STORE: 'mongodb://me:s3cret@127.0.0.1:1/db' });
    const { stderr, exitCode } = await mvs('produce', at('good.mkv'));
    expect(stderr).toMatch(/^warn: names are not checked: connecting to MongoDB: [^\n]*$/);
    expect(stderr).not.toContain('s3cret');
    expect(exitCode).toBe(0);
    const alone = await withTopic({ MVS_STORE: undefined, MVS_HOME: at('home') });
    expect(await alone.mvs('produce', at('good.mkv'))).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('ends run with 65, before anything is published', async () => {
    const { mvs } = await withTopic();
    await mvs('run', at('good.mkv'), '--threads', '1');
    const { stderr, stdout, exitCode } = await mvs(
      'run',
      at('cut.mkv'),
      '--name',
      'good',
      '--threads',
      '1',
      '--json',
    );
    expect(stderr).toBe('');
    expect(jsonOf({ stdout })).toMatchObject({
      produced: { videos: [], failed: [{ source: at('cut.mkv'), code: 'VIDEO_CONFLICT' }] },
      consumed: { frames: 0, deadLettered: 0 },
    });
    expect(exitCode).toBe(65);
  });
});
