import type { Classification, Classifier } from '../classifier/port.js';
import { MvsError } from '../base/errors.js';
import { untilItWorks, type RetryOptions } from '../base/retry.js';

/** An engine may fail for reasons of its own. After this many failures the pictures are the reason, or the engine is broken for good. */
const attempts = 3;

/**
 * Classifies a batch. A picture is a bad frame if the engine fails on it every time and not on others, or if an engine that
 * is known to work refuses it. Waits for a model server that is unavailable.
 * @throws MvsError ENGINE_FAILED if the engine fails on every picture.
 */
export async function classifyBatch(
  classifier: Classifier,
  pictures: readonly Uint8Array[],
  topK: number,
  { patience, ...waiting }: RetryOptions & { readonly patience?: AbortSignal },
): Promise<readonly Classification[]> {
  const patiently = (some: readonly Uint8Array[]): Promise<readonly Classification[]> => {
    let failures = 0;
    return untilItWorks(() => classifier.classify(some, topK), {
      ...waiting,
      // An unavailable model server does not count: the pictures are not the reason.
      gaveUp: ({ code }) => (code === 'ENGINE_FAILED' ? ++failures === attempts : patience?.aborted === true),
    });
  };
  try {
    return await patiently(pictures);
  } catch (error) {
    if (!failedOn(error, waiting.signal)) throw error;
    if (pictures.length === 1 && !error.retriable) return [badFrame(error)];
    if (pictures.length === 1) throw error;
    waiting.log.warn(`${error.message}; classifying the pictures one by one to find the cause`);
  }
  const answers: Classification[] = [];
  let failure: MvsError | undefined;
  for (const picture of pictures) {
    try {
      answers.push(...(await patiently([picture])));
    } catch (error) {
      if (!failedOn(error, waiting.signal)) throw error;
      if (error.retriable) failure = error;
      answers.push(badFrame(error));
    }
  }
  if (failure && answers.every((answer) => 'badFrame' in answer)) throw failure;
  return answers;
}

function badFrame({ message }: MvsError): Classification {
  return { badFrame: `the engine fails on this picture: ${message}` };
}

/** False if an interrupt cut the attempts short. */
function failedOn(error: unknown, { aborted }: AbortSignal): error is MvsError {
  return !aborted && error instanceof MvsError && error.code === 'ENGINE_FAILED';
}
