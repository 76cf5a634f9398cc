import { access, chmod, constants, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { MvsError, messageOf } from '../base/errors.js';

/** An ffmpeg or ffprobe, and what differs between versions. */
export interface Binary {
  readonly path: string;
  /** `7.0`, for messages. */
  readonly release: string;
  /** ffmpeg ≥ 6 has `-fps_mode passthrough` for what was `-vsync 0`, which ffmpeg 8 no longer knows. */
  readonly fpsMode: 'vsync' | 'fps_mode';
  /** ffmpeg ≥ 7.1 crops pictures as the container says, which earlier ones do not, unless `-apply_cropping` is given. */
  readonly crops: boolean;
  /** It is the one that npm installed. */
  readonly bundled: boolean;
}

/** A binary, and whether it may be chosen without being named. */
export interface Build extends Binary {
  /** ffmpeg ≥ 6, built with all of its decoders, containers and filters, which may read all files that mvs reads. */
  readonly suitable: boolean;
}

/** The bundled ffmpeg is 4.1 on every platform. The builds give the numbers of snapshots as their versions. */
export function bundledBuild(tool: 'ffmpeg' | 'ffprobe', path: string): Build {
  const release = tool === 'ffmpeg' ? '4.1' : '6.0';
  return { path, release, fpsMode: 'vsync', crops: false, bundled: true, suitable: true };
}

/** Distributions that leave out patented codecs, and programs that bring an ffmpeg for themselves, disable what they do not need. */
const incomplete =
  /--disable-(?:all|everything|(?:decoder|demuxer|muxer|encoder|filter|parser|protocol|bsf)(?:s|=(?:h264|hevc|smjpeg|mjpeg|file)))\b/;

/** Looks at the version of libavutil, which every build prints, unlike that of ffmpeg. @throws MvsError EXTRACTOR_FAILED if it does not run */
export async function buildAt(path: string): Promise<Build> {
  try {
    const { execa } = await import('execa');
    const { stdout } = await execa(path, ['-version'], { stdin: 'ignore', timeout: 10_000 });
    const [, major = 0, minor = 0] = /libavutil\s+(\d+)\.\s*(\d+)/.exec(stdout)?.map(Number) ?? [];
    // Version 58 came with ffmpeg 6.
    const modern = major >= 58;
    return {
      path,
      release: /version n?(\d+(?:\.\d+)*)/.exec(stdout)?.[1] ?? `${Math.max(0, major - 52)}`,
      fpsMode: modern ? 'fps_mode' : 'vsync',
      crops: major > 59 || (major === 59 && minor >= 39),
      bundled: false,
      suitable: modern && !incomplete.test(stdout) && !(await isConfined(path)),
    };
  } catch (error) {
    throw new MvsError('EXTRACTOR_FAILED', `${path} does not work: ${messageOf(error)}`, { cause: error });
  }
}

/** A link to one of these starts a program that cannot read TMPDIR, nor disks outside of the user's home. */
const confining = new Set(['snap', 'firejail']);

async function isConfined(path: string): Promise<boolean> {
  return confining.has(basename(await realpath(path)));
}

export async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** `npm install --ignore-scripts` leaves out the script that does this. */
export async function madeExecutable(file: string): Promise<boolean> {
  if (await isExecutable(file)) return true;
  await chmod(file, 0o755).catch(() => undefined);
  return isExecutable(file);
}
