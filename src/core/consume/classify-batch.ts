import type { Classification, Classifier } from '../classifier/port.js';
import { MvsError } from '../base/errors.js';
import { untilItWorks, type RetryOptions } from '../base/retry.js';

/** An engine that broke may have broken by itself; after so many times it is the pictures, or it is for good. */
const attempts = 3;

/**
 * Classifies a batch. A picture on which the engine breaks every time, though not on the others, is a bad frame, and so is one that
 * an engine refuses which is known to be well. A model server that is away is waited for.
 * @throws MvsError ENGINE_FAILED where the engine breaks whatever it is given.
 */
export async function classifyBatch(
  classifier: Classifier,
  pictures: readonly Uint8Array[],
  topK: number,
  waiting: RetryOptions,
): Promise<readonly Classification[]> {
  const patiently = (some: readonly Uint8Array[]): Promise<readonly Classification[]> => {
    let broke = 0;
    return untilItWorks(() => classifier.classify(some, topK), {
      ...waiting,
      // A model server that is away says nothing about the pictures.
      gaveUp: ({ code }) => code === 'ENGINE_FAILED' && ++broke === attempts,
    });
  };
  try {
    return await patiently(pictures);
  } catch (error) {
    if (!brokeOn(error, waiting.signal)) throw error;
    if (pictures.length === 1 && !error.retriable) return [badFrame(error)];
    if (pictures.length === 1) throw error;
    waiting.log.warn(`${error.message}; looking for the picture that does it`);
  }
  const answers: Classification[] = [];
  let failure: MvsError | undefined;
  for (const picture of pictures) {
    try {
      answers.push(...(await patiently([picture])));
    } catch (error) {
      if (!brokeOn(error, waiting.signal)) throw error;
      if (error.retriable) failure = error;
      answers.push(badFrame(error));
    }
  }
  if (failure && answers.every((answer) => 'badFrame' in answer)) throw failure;
  return answers;
}

function badFrame({ message }: MvsError): Classification {
  return { badFrame: `the engine breaks on this picture: ${message}` };
}

/** Not so where an interrupt cut the attempts short. */
function brokeOn(error: unknown, { aborted }: AbortSignal): error is MvsError {
  return !aborted && error instanceof MvsError && error.code === 'ENGINE_FAILED';
}
