import { chmod, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { findBinary } from '../../../src/core/extract/binaries.js';
import { fingerprint, ofStream } from '../../../src/core/extract/fingerprint.js';
import { findSourceFile } from '../../../src/core/extract/source-file.js';
import { thumbnailsAt } from '../../../src/core/report/thumbnails.js';
import { reportVideos } from '../../../src/core/report/videos.js';
import type { VideoInfo } from '../../../src/core/store/port.js';
import { freshStore } from '../../support/fresh.js';
import { make, numbered, numberShown, sourceOf, standIn, temporaryFolder } from '../extract/extract-clips.js';

const at = temporaryFolder();
const signal = new AbortController().signal;
let clip = '';
beforeAll(async () => {
  clip = await make(at('clip.mkv'), ...numbered({ frames: 30 }), '-c:v', 'libx264');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function fileOf({ fingerprint: wanted, samplings }: VideoInfo, signal: AbortSignal) {
  const paths = samplings.flatMap(({ end }) => (end ? [end.source] : []));
  return findSourceFile(wanted, paths, signal);
}

async function infoOf(...sources: string[]): Promise<VideoInfo> {
  const content = await fingerprint(sourceOf(clip));
  const about = { video: 'v', fingerprint: content, framesDecoded: 30, framesPublished: 30 };
  const size = { width: 320, height: 64, fps: 10, damaged: false };
  const samplings = sources.map((source, n) => {
    const sampling = `every=${n + 1}`;
    return { sampling, end: { ...about, ...size, source, sampling } };
  });
  return { video: 'v', fingerprint: content, samplings };
}

describe('pictures of a video', () => {
  it('are small JPEGs of their moments, and none where there is no moment', async () => {
    const [first, second, none] = await thumbnailsAt(sourceOf(clip), [0.5, 2, 100], { width: 240, signal });
    for (const jpeg of [first, second]) expect((await sharp(jpeg).metadata()).width).toBe(240);
    expect(first).not.toEqual(second);
    expect(none).toBeUndefined();
  });

  it('of a short video come from one ffmpeg, each from the first frame at or after its moment', async () => {
    const [calls, real] = [at('calls'), (await findBinary('ffmpeg')).path];
    vi.stubEnv('MVS_FFMPEG', await standIn(at('counted'), `echo call >> "${calls}"; exec "${real}" "$@"`));
    const pictures = await thumbnailsAt(sourceOf(clip), [2, 0.5, 0.55, 0.5], { width: 240, signal });
    const shown = pictures.map((jpeg) => numberShown(jpeg ?? new Uint8Array()));
    expect(await Promise.all(shown)).toEqual([21, 6, 7, 6]);
    expect(await readFile(calls, 'utf8')).toBe('call\n');
  });

  it('are upright, and of the stream that was read', async () => {
    const [mirrored] = await thumbnailsAt(sourceOf('test/fixtures/odd/q-hflip.mp4'), [0.5], {
      width: 240,
      signal,
    });
    const { data, info } = await sharp(mirrored).raw().toBuffer({ resolveWithObject: true });
    const [red, green, blue] = data.subarray((info.width * 20 + 20) * 3);
    expect([(red ?? 255) < 64, (green ?? 255) < 64, (blue ?? 0) > 192]).toEqual([true, true, true]);
    const cover = sourceOf('test/fixtures/odd/14-cover-first-plain.mp4');
    const info0 = { ...(await infoOf(cover.path)), fingerprint: ofStream(await fingerprint(cover), 0) };
    expect(await fileOf(info0, signal)).toEqual({ ...cover, streamIndex: 0 });
    const [square] = await thumbnailsAt({ ...cover, streamIndex: 0 }, [0], { width: 240, signal });
    expect(await sharp(square).metadata()).toMatchObject({ width: 240, height: 240 });
  });

  it('are left out where ffmpeg is missing, does not work or fails', async () => {
    const broken = [
      at('nowhere'),
      await standIn(at('fails'), 'exit 1'),
      await standIn(at('dies'), 'kill -9 $$'),
    ];
    for (const ffmpeg of broken) {
      vi.stubEnv('MVS_FFMPEG', ffmpeg);
      expect(await thumbnailsAt(sourceOf(clip), [0.5, 1], { width: 240, signal })).toEqual([
        undefined,
        undefined,
      ]);
    }
  });

  it('are not waited for after the signal', async () => {
    const stop = new AbortController();
    vi.stubEnv('MVS_FFMPEG', await standIn(at('sleeps'), 'exec sleep 600'));
    const pictures = thumbnailsAt(sourceOf(clip), [0.5], { width: 240, signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(pictures).rejects.toThrow('enough');
    await expect(fileOf(await infoOf(clip), stop.signal)).rejects.toThrow('enough');
  });
});

describe('the file of a video', () => {
  it('is the first one that is there and the same', async () => {
    const other = await make(at('other.mkv'), ...numbered({ frames: 3 }), '-c:v', 'libx264');
    expect(await fileOf(await infoOf(at('missing'), path.dirname(clip), other, clip), signal)).toMatchObject({
      path: clip,
    });
    expect(await fileOf(await infoOf(other), signal)).toBeUndefined();
  });

  it.skipIf(!process.seteuid || process.getuid?.() !== 0)('is none that cannot be read', async () => {
    const secret = await make(at('private.mkv'), ...numbered({ frames: 3 }), '-c:v', 'libx264');
    await chmod(secret, 0o600);
    await chmod(path.dirname(clip), 0o755);
    const info = await infoOf(secret, clip);
    process.seteuid?.(65_534);
    try {
      expect(await fileOf(info, signal)).toMatchObject({ path: clip });
    } finally {
      process.seteuid?.(0);
    }
  });
});

it('reports come in the order of their videos, several of which are read at the same time', async () => {
  const store = await freshStore();
  const names = ['c', 'a', 'd', 'b'];
  for (const video of names) await store.claim({ video, fingerprint: 'ab'.repeat(32), sampling: 'every=1' });
  let [active, most] = [0, 0];
  const find = store.video.bind(store);
  vi.spyOn(store, 'video').mockImplementation(async (name) => {
    most = Math.max(most, ++active);
    return find(name).finally(() => (active -= 1));
  });
  const options = { maxSegments: 1, maxThumbnails: 1, signal };
  const reported: string[] = [];
  for await (const { video } of reportVideos(store, [...names, 'unknown'], options, () => undefined))
    reported.push(video);
  expect(most).toBe(Math.min(5, availableParallelism()));
  expect(reported).toEqual(names);
});
