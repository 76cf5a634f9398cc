import { failedBy, isWell, type Check } from '../../base/check.js';
import type { Model } from '../../classifier/model.js';
import { checkBrokers, type BrokersInUse } from './brokers.js';
import { checkEngines, checkJpegDecoder, checkModelServer } from './engines.js';
import type { Device } from '../../classifier/port.js';
import { checkFolder, checkMachine, checkNode } from './machine.js';
import { checkServers, type ServerQuestions } from './servers.js';
import { checkTools } from './tools.js';

export interface Diagnosis {
  /** True if nothing required is broken. */
  readonly healthy: boolean;
  readonly checks: readonly Check[];
}

export interface Questions extends ServerQuestions {
  readonly brokersInUse?: BrokersInUse | undefined;
  readonly loadModel: () => Promise<Model>;
  /** Where networks are to be run. */
  readonly device: Device;
}

/** Checks what is needed to run everything on this machine, and how to fix problems. Downloads and starts nothing. */
export async function diagnose(questions: Questions): Promise<Diagnosis> {
  const { home, brokersInUse, loadModel, device } = questions;
  const [tools, servers, brokers, engines, modelServer, folder] = await Promise.all([
    checkTools(),
    // A folder that cannot be used is one more problem, and must not hide the others.
    checkServers(questions).catch((error: unknown) => [
      failedBy('servers', error, 'Set --home or MVS_HOME to another folder.'),
    ]),
    checkBrokers(brokersInUse),
    checkEngines(device),
    checkModelServer(loadModel),
    checkFolder(home),
  ]);
  const checks = [
    checkNode(),
    ...tools,
    ...servers,
    ...brokers,
    ...engines,
    checkJpegDecoder(),
    ...modelServer,
    ...checkMachine(),
    folder,
  ];
  return { healthy: isWell(checks), checks };
}
