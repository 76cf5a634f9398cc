import { access, chmod, constants } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { MvsError, messageOf } from '../base/errors.js';

export interface Binary {
  readonly path: string;
  /** ffmpeg ≥ 6 has `-fps_mode passthrough` for what was `-vsync 0`, which ffmpeg 8 no longer knows. */
  readonly fpsMode: 'vsync' | 'fps_mode';
}

type Tool = 'ffmpeg' | 'ffprobe';

export const overrides = { ffmpeg: 'MVS_FFMPEG', ffprobe: 'MVS_FFPROBE' } as const;

// The installers throw on import if they have no build for the platform.
const installers = {
  ffmpeg: async () => (await import('@ffmpeg-installer/ffmpeg')).default.path,
  ffprobe: async () => (await import('@ffprobe-installer/ffprobe')).default.path,
};

/**
 * The ffmpeg or ffprobe to run: MVS_FFMPEG / MVS_FFPROBE, else the one that npm installed, else one on the PATH.
 *
 * @throws MvsError EXTRACTOR_FAILED if none can be executed.
 */
export async function findBinary(tool: Tool, env: NodeJS.ProcessEnv = process.env): Promise<Binary> {
  const override = env[overrides[tool]];
  if (override) {
    if (await executable(override)) return withVersion(override);
    throw new MvsError('EXTRACTOR_FAILED', `${overrides[tool]}=${override} is not an executable file`, {
      hint: `Set it to the path of ${tool}, or unset it to use the one that comes with mvs.`,
    });
  }
  const bundled = await installers[tool]().catch(() => undefined);
  // The bundled one is 4.1 on every platform.
  if (bundled !== undefined && (await madeExecutable(bundled))) return { path: bundled, fpsMode: 'vsync' };
  const installed = await onPath(tool, env.PATH ?? '');
  if (installed !== undefined) return withVersion(installed);
  throw missing(tool, bundled);
}

function missing(tool: Tool, bundled: string | undefined): MvsError {
  // It belongs to another user, who installed it with --ignore-scripts.
  const message =
    bundled === undefined
      ? `There is no ${tool} for this platform in @${tool}-installer, and none on the PATH`
      : `${bundled} cannot be executed, and there is no ${tool} on the PATH`;
  const advice =
    bundled === undefined ? '' : `Make it executable (chmod +x ${JSON.stringify(bundled)}), or install`;
  return new MvsError('EXTRACTOR_FAILED', message, {
    hint: `${advice || 'Install'} ffmpeg and set ${overrides[tool]} to the path of ${tool}.`,
  });
}

async function onPath(tool: Tool, folders: string): Promise<string | undefined> {
  const name = process.platform === 'win32' ? `${tool}.exe` : tool;
  for (const folder of folders.split(path.delimiter).filter(Boolean)) {
    const candidate = path.join(folder, name);
    if (await executable(candidate)) return candidate;
  }
  return undefined;
}

async function executable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** `npm install --ignore-scripts` leaves out the script that does this. */
export async function madeExecutable(file: string): Promise<boolean> {
  if (await executable(file)) return true;
  await chmod(file, 0o755).catch(() => undefined);
  return executable(file);
}

/** Looks at the version of libavutil, which every build prints, unlike that of ffmpeg. Version 58 came with ffmpeg 6. */
async function withVersion(file: string): Promise<Binary> {
  try {
    const { stdout } = await execa(file, ['-version'], { stdin: 'ignore', timeout: 10_000 });
    const libavutil = Number(/libavutil\s+(\d+)\./.exec(stdout)?.[1] ?? 0);
    return { path: file, fpsMode: libavutil >= 58 ? 'fps_mode' : 'vsync' };
  } catch (error) {
    throw new MvsError('EXTRACTOR_FAILED', `${file} does not work: ${messageOf(error)}`, { cause: error });
  }
}
