import { failed, failedBy, ok, type Check } from '../../base/check.js';
import { findBinary, overrides } from '../../extract/binaries.js';

/** Checks which ffmpeg and ffprobe are used, and whether they run. */
export function checkTools(): Promise<Check[]> {
  return Promise.all([checkTool('ffmpeg'), checkTool('ffprobe')]);
}

async function checkTool(tool: 'ffmpeg' | 'ffprobe'): Promise<Check> {
  try {
    const { path } = await findBinary(tool);
    const { execa } = await import('execa');
    const asked = await execa(path, ['-version'], { reject: false, stdin: 'ignore', timeout: 10_000 });
    const version = /version (\S+)/.exec(asked.stdout)?.[1];
    if (!asked.failed && version !== undefined) return ok(tool, `${version} (${path})`);
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
