import { text } from 'node:stream/consumers';
import type { Diagnostics } from './diagnostics.js';
import { inputArguments, type ExtractInput } from './input.js';
import { ToolProcess, type ToolOptions } from './tool-process.js';

/** Runs ffprobe on a file. If the file cannot be opened, `json` is empty, and `log` has the reason. */
export async function ffprobe(
  file: ExtractInput,
  args: readonly string[],
  options: ToolOptions,
): Promise<{ json: unknown; log: Diagnostics }> {
  const before = ['-hide_banner', '-v', 'level+error', ...args, '-of', 'json'];
  const all = (input: ExtractInput): string[] => [...before, ...inputArguments(input)];
  const child = await ToolProcess.start('ffprobe', file, all, options);
  const output = await text(child.output()).catch(() => '');
  const failure = await child.failure();
  options.signal?.throwIfAborted();
  if (failure) throw failure;
  return { json: parsed(output), log: child.log };
}

/** ffprobe begins the JSON before it opens the file; after a failure the JSON is empty or incomplete. */
function parsed(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return {};
  }
}
