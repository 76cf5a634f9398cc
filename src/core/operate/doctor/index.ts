import { failedBy, isWell, type Check } from '../../base/check.js';
import type { Model } from '../../classifier/model.js';
import { checkBrokers, type BrokersInUse } from './brokers.js';
import { checkEngines, checkModelServer } from './engines.js';
import { checkFolder, checkMachine, checkNode } from './machine.js';
import { checkServers, type ServerQuestions } from './servers.js';
import { checkTools } from './tools.js';

export interface Diagnosis {
  /** Nothing that is needed is broken. */
  readonly healthy: boolean;
  readonly checks: readonly Check[];
}

export interface Questions extends ServerQuestions {
  readonly brokersInUse?: BrokersInUse | undefined;
  readonly loadModel: () => Promise<Model>;
}

/** Looks at the machine: what is needed to run everything here, and how to mend it. Nothing is downloaded or started. */
export async function diagnose(questions: Questions): Promise<Diagnosis> {
  const { home, brokersInUse, loadModel } = questions;
  const [tools, servers, brokers, engines, modelServer, folder] = await Promise.all([
    checkTools(),
    // A folder that cannot be had is one more thing to mend, and does not hide the others.
    checkServers(questions).catch((error: unknown) => [
      failedBy('servers', error, 'Name another folder with --home or MVS_HOME.'),
    ]),
    checkBrokers(brokersInUse),
    checkEngines(),
    checkModelServer(loadModel),
    checkFolder(home),
  ]);
  const checks = [
    checkNode(),
    ...tools,
    ...servers,
    ...brokers,
    ...engines,
    ...modelServer,
    ...checkMachine(),
    folder,
  ];
  return { healthy: isWell(checks), checks };
}
