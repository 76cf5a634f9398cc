import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { MvsError } from '../base/errors.js';
import { buildAt, bundledBuild, isExecutable, madeExecutable, type Binary, type Build } from './build.js';

type Tool = 'ffmpeg' | 'ffprobe';

export const overrides = { ffmpeg: 'MVS_FFMPEG', ffprobe: 'MVS_FFPROBE' } as const;

// The installers throw on import if they have no build for the platform.
const installers = {
  ffmpeg: async () => (await import('@ffmpeg-installer/ffmpeg')).default.path,
  ffprobe: async () => (await import('@ffprobe-installer/ffprobe')).default.path,
};

/** Each choice starts programs, so it is made once. */
const choices = new Map<string, Promise<Binary>>();

/**
 * The ffmpeg or ffprobe to run. ffmpeg: `MVS_FFMPEG`, else a complete ffmpeg ≥ 6 on the PATH, else the one that npm installed, else any
 * on the PATH. ffprobe: `MVS_FFPROBE`, else the one beside that ffmpeg, else as for ffmpeg.
 *
 * @throws MvsError EXTRACTOR_FAILED if none can be executed.
 */
export function findBinary(tool: Tool, env: NodeJS.ProcessEnv = process.env): Promise<Binary> {
  const key = [tool, env[overrides.ffmpeg], env[overrides.ffprobe], env.PATH].join('\0');
  const known = choices.get(key);
  if (known) return known;
  const choice = choose(tool, env);
  choices.set(key, choice);
  // What is missing now may be installed later.
  choice.catch(() => choices.delete(key));
  return choice;
}

async function choose(tool: Tool, env: NodeJS.ProcessEnv): Promise<Binary> {
  const named = await namedBy(tool, env);
  if (named) return named;
  const ffmpeg = tool === 'ffprobe' ? await findBinary('ffmpeg', env).catch(() => undefined) : undefined;
  const beside = ffmpeg && !ffmpeg.bundled ? await besideOf(ffmpeg) : undefined;
  if (beside) return beside;
  const installed = await onPath(tool, env.PATH ?? '');
  // The bundled ffprobe has the version that fits the bundled ffmpeg.
  const suitable = ffmpeg?.bundled === true ? undefined : installed.find((build) => build.suitable);
  if (suitable) return suitable;
  const bundled = await installers[tool]().catch(() => undefined);
  if (bundled !== undefined && (await madeExecutable(bundled))) return bundledBuild(tool, bundled);
  const [any] = installed;
  if (any) return any;
  throw missing(tool, bundled);
}

async function namedBy(tool: Tool, env: NodeJS.ProcessEnv): Promise<Build | undefined> {
  const override = env[overrides[tool]];
  if (!override) return undefined;
  if (await isExecutable(override)) return buildAt(override);
  throw new MvsError('EXTRACTOR_FAILED', `${overrides[tool]}=${override} is not an executable file`, {
    hint: `Set it to the path of ${tool}, or unset it to use the one that comes with mvs.`,
  });
}

/** The ffprobe in the folder of an ffmpeg, or of the file that it links to. */
async function besideOf(ffmpeg: Binary): Promise<Build | undefined> {
  const real = await realpath(ffmpeg.path).catch(() => ffmpeg.path);
  const folders = [...new Set([path.dirname(ffmpeg.path), path.dirname(real)])];
  return (await onPath('ffprobe', folders.join(path.delimiter)))[0];
}

/** Those that run, in the order of the folders, up to the first one that is suitable: each look starts a program. */
async function onPath(tool: Tool, folders: string): Promise<Build[]> {
  const name = process.platform === 'win32' ? `${tool}.exe` : tool;
  const builds: Build[] = [];
  for (const folder of new Set(folders.split(path.delimiter).filter(Boolean))) {
    const candidate = path.join(folder, name);
    const build = (await isExecutable(candidate))
      ? await buildAt(candidate).catch(() => undefined)
      : undefined;
    if (build) builds.push(build);
    if (build?.suitable) break;
  }
  return builds;
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
