import { isDeepStrictEqual } from 'node:util';
import { MvsError } from '../../base/errors.js';
import { versionId, type ModelVersion } from '../../frames/model-version.js';
import type { Classifier } from '../port.js';
import type { ModelServer } from './address.js';
import { factsFrom } from './facts.js';
import { openServing } from './index.js';

/**
 * A classifier whose server may load another version of the network at any time: answers count only if the server still reports the same
 * one afterwards.
 *
 * @returns one that fails with MODEL_CHANGED, so that results of two versions are never mixed
 */
export async function ofOneVersion(
  classifier: Classifier,
  server: ModelServer,
  version: ModelVersion,
): Promise<Classifier> {
  const { engine, model } = classifier;
  const serving = await openServing(server);
  return {
    engine,
    model,
    classify: async (pictures, topK) => {
      const answers = await classifier.classify(pictures, topK);
      const { facts } = version;
      const now = await factsFrom(serving, server);
      if (isDeepStrictEqual(now, { server: facts.server, signature: facts.signature })) return answers;
      throw new MvsError('MODEL_CHANGED', `${server.address.url} no longer serves ${versionId(version)}`, {
        hint: `It serves version ${now.server ?? '?'} now. Nothing of it was stored; start again to store its results as a version of their own.`,
      });
    },
    [Symbol.asyncDispose]: async () => {
      await classifier[Symbol.asyncDispose]();
      await serving[Symbol.asyncDispose]();
    },
  };
}
