import { Config, run } from '@oclif/core';
import { Exit, handle } from '@oclif/core/handle';
import { commandLine } from './command-line.js';
import './harmless-warnings.js';

/**
 * Runs one command line. `process.exitCode` says how it ended. The process goes on, because stdout may still have lines to write: oclif's
 * `execute` ends it at once, and gives a slow reader 10 s.
 *
 * @param root the folder of package.json
 * @public for bin/run.js
 */
export async function main(argv: readonly string[], root: string): Promise<void> {
  try {
    const config = await Config.load(root);
    await run(commandLine(argv, config, config.pjson.oclif.topics ?? {}), config);
  } catch (error) {
    const setExitCode = (code = 0): void => {
      process.exitCode = code;
    };
    // oclif expects a function that does not return.
    Exit.exit = setExitCode as typeof Exit.exit;
    await handle(error as Error);
  }
}
