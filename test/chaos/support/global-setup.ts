import type { TestProject } from 'vitest/node';
import { testCache } from '../../support/global-setup.js';
import { startReaper, sweep } from '../../support/reaper.js';
import { writeTinyDetector, writeTinyModel } from '../../support/tiny-model.js';

/** The suite starts its own servers, which it kills; what a run that was killed itself leaves is cleaned up. */
export default async function setup(project: TestProject): Promise<() => void> {
  await sweep();
  await writeTinyModel(testCache);
  await writeTinyDetector(testCache);
  const reaper = startReaper();
  project.provide('cache', testCache);
  return () => reaper.kill();
}
