import { isInterruption, MvsError } from '../base/errors.js';
import { untilItWorks, type RetryOptions } from '../base/retry.js';
import type { Classifier } from '../classifier/port.js';
import { label, type Labelled, type LabelOptions, type Network, type WithFrame } from './network.js';

/** How long the results of the other networks wait, in one batch, for a model server that is unavailable. */
const usualPatienceMs = 20_000;
/** A network that failed is not tried again for so long: an attempt may take as long as the timeout of its server. */
const usualRestMs = 30_000;

export interface LabelAllOptions extends LabelOptions {
  readonly patienceMs?: number | undefined;
  readonly restMs?: number | undefined;
}

/** Networks whose last batch failed: why, and when they are tried again. */
const failing = new WeakMap<Classifier, { readonly error: unknown; readonly until: number }>();

/**
 * Classifies and stores a batch with every network. A single network that fails ends the consumer, or is waited for. One of several does
 * not hold back the others: what it could not classify becomes dead letters, which can be sent again, and is missing in its results only.
 *
 * @throws MvsError the failure, if all networks fail
 */
export async function labelAll<T extends WithFrame>(
  networks: readonly Network[],
  frames: readonly T[],
  options: LabelAllOptions,
): Promise<readonly Labelled<T>[]> {
  const [only, ...others] = networks;
  if (only && others.length === 0) return [await label(only, frames, options)];
  // Several model servers may be down at once: they are waited for, as a single one is.
  const gaveUp = ({ code }: MvsError): boolean => code !== 'ENGINE_UNAVAILABLE';
  return untilItWorks(() => labelWithEach(networks, frames, options), { ...options, gaveUp });
}

async function labelWithEach<T extends WithFrame>(
  networks: readonly Network[],
  frames: readonly T[],
  options: LabelAllOptions,
): Promise<readonly Labelled<T>[]> {
  const outcomes = await Promise.allSettled(networks.map((network) => labelInTime(network, frames, options)));
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
  if (failures.length === networks.length) throw failures[0]?.reason;
  return outcomes.map((outcome, n) => {
    if (outcome.status === 'fulfilled') return outcome.value;
    const network = networks[n];
    if (network === undefined || !isFailureOf(outcome.reason, options)) throw outcome.reason;
    return withoutResults(network, frames, outcome.reason);
  });
}

async function labelInTime<T extends WithFrame>(
  network: Network,
  frames: readonly T[],
  options: LabelAllOptions,
): Promise<Labelled<T>> {
  const { classifier } = network;
  const { patienceMs = usualPatienceMs } = options;
  const failed = failing.get(classifier);
  if (failed && performance.now() < failed.until) throw failed.error;
  try {
    const labelled = await label(network, frames, { ...options, patience: AbortSignal.timeout(patienceMs) });
    failing.delete(classifier);
    return labelled;
  } catch (error) {
    const { restMs = usualRestMs } = options;
    if (isFailureOf(error, options)) failing.set(classifier, { error, until: performance.now() + restMs });
    throw error;
  }
}

const failureCodes: ReadonlySet<string> = new Set(['ENGINE_FAILED', 'ENGINE_UNAVAILABLE', 'MODEL_INVALID']);

/** True for a failure of the network; false for one of the database, or an interrupt, after which nothing may be settled. */
function isFailureOf(error: unknown, { signal }: RetryOptions): error is MvsError {
  if (signal.aborted || isInterruption(error)) return false;
  return error instanceof MvsError && failureCodes.has(error.code);
}

function withoutResults<T extends WithFrame>(
  { classifier }: Network,
  frames: readonly T[],
  { message }: MvsError,
): Labelled<T> {
  const reason = `the model ${classifier.model} does not work: ${message}`;
  const bad = frames.map((item) => ({ item, reason, outage: true }));
  return { stored: 0, duplicates: 0, videos: new Map(), bad };
}
