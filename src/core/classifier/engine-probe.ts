/** Entry of a process that loads the library of one engine, without a network: a library that crashes takes only this process with it. */
import { messageOf, MvsError } from '../base/errors.js';
import { localEngines } from './engines/index.js';
import type { Device, LocalEngineName } from './port.js';

const [, , engine, device] = process.argv;
try {
  const offer = await localEngines[engine as LocalEngineName].probe(device as Device);
  // A library may print something too.
  if (typeof offer === 'string') process.stderr.write(`\n${JSON.stringify({ offer })}\n`);
} catch (error) {
  const hint = error instanceof MvsError ? error.hint : undefined;
  process.stderr.write(`\n${JSON.stringify({ message: messageOf(error), hint })}\n`);
  process.exitCode = 1;
}
