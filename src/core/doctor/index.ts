import { failedBy, isWell, type Check } from '../check.js';
import { checkEngines } from './engines.js';
import { checkFolder, checkMachine, checkNode } from './machine.js';
import { checkServers, type ServerQuestions } from './servers.js';
import { checkTools } from './tools.js';

export interface Diagnosis {
  /** Nothing that is needed is broken. */
  readonly healthy: boolean;
  readonly checks: readonly Check[];
}

/** Looks at the machine: what is needed to run everything here, and how to mend it. Nothing is downloaded or started. */
export async function diagnose(questions: ServerQuestions): Promise<Diagnosis> {
  const { home } = questions;
  const [tools, servers, engines, folder] = await Promise.all([
    checkTools(),
    // A folder that cannot be had is one more thing to mend, and does not hide the others.
    checkServers(questions).catch((error: unknown) => [
      failedBy('servers', error, 'Name another folder with --home or MVS_HOME.'),
    ]),
    checkEngines(),
    checkFolder(home),
  ]);
  const checks = [checkNode(), ...tools, ...servers, ...engines, ...checkMachine(), folder];
  return { healthy: isWell(checks), checks };
}
