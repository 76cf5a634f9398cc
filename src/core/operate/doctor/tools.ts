import { lookup } from 'node:dns/promises';
import { failed, failedBy, ok, warning, type Check } from '../../base/check.js';
import { messageOf } from '../../base/errors.js';
import { findBinary, overrides } from '../../extract/binaries.js';
import { resolvesNames } from '../../extract/route.js';

const tools = ['ffmpeg', 'ffprobe'] as const;

const advice =
  'Install ffmpeg 6 or later, or set MVS_FFMPEG to one: it decodes AV1 twice as fast, and has fewer known vulnerabilities.';

/** Checks which ffmpeg and ffprobe are used, whether they run, and how host names are resolved for them. */
export async function checkTools(): Promise<Check[]> {
  const checks = await Promise.all(tools.map(checkTool));
  return [...checks, await checkNames()];
}

async function checkTool(tool: (typeof tools)[number]): Promise<Check> {
  try {
    const binary = await findBinary(tool);
    const { path } = binary;
    const { execa } = await import('execa');
    const asked = await execa(path, ['-version'], { reject: false, stdin: 'ignore', timeout: 10_000 });
    const version = /version (\S+)/.exec(asked.stdout)?.[1];
    if (!asked.failed && version !== undefined) {
      const detail = `${version} (${path})`;
      const isOld = tool === 'ffmpeg' && binary.fpsMode === 'vsync';
      return isOld ? warning(tool, `${detail}, ffmpeg ${binary.release}`, advice) : ok(tool, detail);
    }
    const hint = `Install ffmpeg and set ${overrides[tool]} to the path of a ${tool} that runs.`;
    return failed(
      tool,
      `${path} does not run: ${asked.shortMessage ?? 'it does not print its version'}`,
      hint,
    );
  } catch (error) {
    return failedBy(tool, error, `Set ${overrides[tool]} to the path of a ${tool} that runs.`);
  }
}

/** Cameras are often named by host names. */
async function checkNames(): Promise<Check> {
  const name = 'host names';
  try {
    await lookup('localhost');
  } catch (error) {
    return warning(
      name,
      `"localhost" cannot be resolved (${messageOf(error)})`,
      'Add it to the hosts file, and check the DNS settings of this machine.',
    );
  }
  const unable: string[] = [];
  for (const tool of tools) {
    const binary = await findBinary(tool).catch(() => undefined);
    if (binary !== undefined && !(await resolvesNames(binary))) unable.push(tool);
  }
  return ok(
    name,
    unable.length === 0
      ? 'resolved by ffmpeg and ffprobe'
      : `resolved by mvs for ${unable.join(' and ')}, which cannot`,
  );
}
