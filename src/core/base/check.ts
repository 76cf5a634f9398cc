import { unlessAborted } from './abort.js';
import { messageOf, MvsError } from './errors.js';
import { redact } from './redact.js';

/** `warning`: it works, or is not required. `failed`: something required is missing. */
export type CheckState = 'ok' | 'warning' | 'failed';

/** A check and its result. */
export interface Check {
  readonly name: string;
  readonly state: CheckState;
  readonly detail: string;
  /** What to do about it, if anything. */
  readonly hint?: string;
}

/** Checks are printed on stdout and quote servers and programs, so credentials are masked. */
export function ok(name: string, detail: string): Check {
  return { name, state: 'ok', detail: redact(detail) };
}

export function warning(name: string, detail: string, hint: string): Check {
  return { name, state: 'warning', detail: redact(detail), hint: redact(hint) };
}

export function failed(name: string, detail: string, hint: string): Check {
  return { name, state: 'failed', detail: redact(detail), hint: redact(hint) };
}

/** A failed check with the message and the hint of an error. */
export function failedBy(name: string, error: unknown, hint = 'Run again with --verbose.'): Check {
  return failed(name, messageOf(error), (error instanceof MvsError ? error.hint : undefined) ?? hint);
}

/** True if nothing required is missing. */
export function isWell(checks: readonly Check[]): boolean {
  return checks.every(({ state }) => state !== 'failed');
}

/** The answer, or why there is none within `ms`. A server that hangs must not hide the answers of the others. */
export async function answerOf<T>(ms: number, work: Promise<T>): Promise<{ value: T } | { error: unknown }> {
  const limit = AbortSignal.timeout(ms);
  try {
    return { value: await unlessAborted(work, limit) };
  } catch (error) {
    return { error: limit.aborted ? new Error(`no answer within ${ms / 1000} s`) : error };
  }
}

/** Like `answerOf`. A resource that opens too late is closed at once. */
export async function openedWithin<T extends AsyncDisposable>(
  ms: number,
  opening: Promise<T>,
): Promise<{ value: T } | { error: unknown }> {
  const opened = await answerOf(ms, opening);
  if ('error' in opened) opening.then((late) => late[Symbol.asyncDispose]()).catch(() => undefined);
  return opened;
}
