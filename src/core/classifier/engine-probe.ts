/** Entry of a process that loads the library of one engine, without a network: a library that crashes takes only this process with it. */
import { messageOf, MvsError } from '../base/errors.js';
import { localEngines } from './engines/index.js';
import type { LocalEngineName } from './port.js';

try {
  await localEngines[process.argv[2] as LocalEngineName].probe();
} catch (error) {
  const hint = error instanceof MvsError ? error.hint : undefined;
  process.stderr.write(`\n${JSON.stringify({ message: messageOf(error), hint })}\n`);
  process.exitCode = 1;
}
