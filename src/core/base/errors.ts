import { redact } from './redact.js';

/** Exit codes: 0 success, also if the user answered no to a question (1 with --json), 1 an alert, 2 usage, then sysexits.h; 130 is what shells use for an interrupt. */
const exitCodes = {
  DECLINED: 0,
  // An alert: the command succeeded, but the result is not the desired one.
  LAG_EXCEEDED: 1,
  FRAMES_EXPIRED: 1,
  CHANGES_EXCEEDED: 1,
  // The request is impossible.
  USAGE: 2,
  TOPIC_EXISTS: 2,
  NAME_TAKEN: 2,
  GROUP_ACTIVE: 2,
  MODEL_IN_USE: 2,
  // The data is wrong.
  BAD_MESSAGE: 65,
  NOT_A_VIDEO: 65,
  FRAME_TOO_LARGE: 65,
  SOURCE_TOO_LARGE: 65,
  SOURCE_CHANGED: 65,
  VIDEO_CONFLICT: 65,
  INCOMPLETE: 65,
  BAD_RECORD: 65,
  // The input does not exist.
  NO_INPUT: 66,
  NO_SUCH_VIDEO: 66,
  NO_SUCH_MODEL: 66,
  // A dependency is unavailable, missing, or refuses the request.
  BROKER_UNAVAILABLE: 69,
  TOPIC_MISSING: 69,
  TOPIC_RECREATED: 69,
  STORE_UNAVAILABLE: 69,
  ENGINE_MISSING: 69,
  ENGINE_FAILED: 69,
  ENGINE_UNAVAILABLE: 69,
  MODEL_CHANGED: 69,
  STACK_UNAVAILABLE: 69,
  EXTRACTOR_FAILED: 69,
  STALLED: 69,
  SOURCE_UNAVAILABLE: 69,
  DISK_FULL: 69,
  BUG: 70,
  MODEL_INVALID: 78,
  CONFIG: 78,
  INTERRUPTED: 130,
} as const;

export type ErrorCode = keyof typeof exitCodes;

export interface MvsErrorOptions {
  /** What the user can do about it, in the imperative. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** True if the same call may succeed later without any change. */
  readonly retriable?: boolean;
}

/** The only error type that core throws on purpose. Any other error is a bug. */
export class MvsError extends Error {
  override readonly name = 'MvsError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retriable: boolean;

  constructor(code: ErrorCode, message: string, options: MvsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retriable = options.retriable ?? false;
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }
}

/** An error as `--json` prints it, without credentials. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export function reportOf({ code, message, hint }: MvsError): ErrorReport {
  return { code, message: redact(message), ...(hint === undefined ? {} : { hint: redact(hint) }) };
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  const first = firstErrorOf(error);
  return first instanceof Error ? first.message : String(first);
}

/** The original error, if disposal (`await using`) failed after it. */
export function firstErrorOf(error: unknown): unknown {
  let first = error;
  // Compared by name, because Node has the class only since version 24.
  while (first instanceof Error && first.name === 'SuppressedError' && 'suppressed' in first) {
    first = first.suppressed;
  }
  return first;
}

/** True if a signal ended the work. */
export function isInterruption(error: unknown): boolean {
  const first = firstErrorOf(error);
  return first instanceof MvsError && first.code === 'INTERRUPTED';
}

/** An error and its chain of causes, outermost first. */
export function causesOf(error: unknown): object[] {
  const chain: object[] = [];
  let current = error;
  while (typeof current === 'object' && current !== null && chain.length < 5) {
    chain.push(current);
    current = 'cause' in current ? current.cause : undefined;
  }
  return chain;
}

const fullDisk = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** True if the disk is full or a quota is reached. */
export function isDiskFull(error: unknown): boolean {
  return causesOf(error).some((cause) => 'code' in cause && fullDisk.has(cause.code));
}
