import { unlessAborted } from './abort.js';
import { messageOf, MvsError } from './errors.js';
import { redact } from './redact.js';

/** `warning`: it works, or can be done without. `failed`: something that is needed is not there. */
export type CheckState = 'ok' | 'warning' | 'failed';

/** What was looked at and what was found. */
export interface Check {
  readonly name: string;
  readonly state: CheckState;
  readonly detail: string;
  /** What to do about it, where anything should be done. */
  readonly hint?: string;
}

/** Checks are shown on stdout, and repeat what servers and programs say: without credentials. */
export function ok(name: string, detail: string): Check {
  return { name, state: 'ok', detail: redact(detail) };
}

export function warning(name: string, detail: string, hint: string): Check {
  return { name, state: 'warning', detail: redact(detail), hint: redact(hint) };
}

export function failed(name: string, detail: string, hint: string): Check {
  return { name, state: 'failed', detail: redact(detail), hint: redact(hint) };
}

/** What an error of ours says of what was looked at. */
export function failedBy(name: string, error: unknown, hint = 'Run again with --verbose.'): Check {
  return failed(name, messageOf(error), (error instanceof MvsError ? error.hint : undefined) ?? hint);
}

/** True where nothing that is needed is missing. */
export function isWell(checks: readonly Check[]): boolean {
  return checks.every(({ state }) => state !== 'failed');
}

/** The answer, or why there is none within `ms`: one server that hangs must not hide what the others say. */
export async function answerOf<T>(ms: number, work: Promise<T>): Promise<{ value: T } | { error: unknown }> {
  const limit = AbortSignal.timeout(ms);
  try {
    return { value: await unlessAborted(work, limit) };
  } catch (error) {
    return { error: limit.aborted ? new Error(`no answer within ${ms / 1000} s`) : error };
  }
}

/** As `answerOf`; what opens when nobody waits for it any more is closed at once. */
export async function openedWithin<T extends AsyncDisposable>(
  ms: number,
  opening: Promise<T>,
): Promise<{ value: T } | { error: unknown }> {
  const opened = await answerOf(ms, opening);
  if ('error' in opened) opening.then((late) => late[Symbol.asyncDispose]()).catch(() => undefined);
  return opened;
}
