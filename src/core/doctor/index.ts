import { isWell, type Check } from '../check.js';
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
  const checks = (
    await Promise.all([
      checkNode(),
      checkTools(),
      checkServers(questions),
      checkEngines(),
      checkMachine(),
      checkFolder(home),
    ])
  ).flat();
  return { healthy: isWell(checks), checks };
}
