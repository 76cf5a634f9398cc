import { fstatSync, writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { getSystemErrorMap } from 'node:util';
import { isDiskFull, messageOf, MvsError } from '../core/base/errors.js';
import { latestLog } from './log.js';

type Output = typeof process.stdout | typeof process.stderr;

/** Error codes for a closed reader, as with `| head`: of a pipe, of a pipe on Windows, of a socket. */
const readerGone = new Set<unknown>(['EPIPE', 'EOF', 'ECONNRESET']);

/** The first error of each stream. It causes the later ones. */
const failures = new Map<Output, Error>();

/**
 * Keeps errors of stdout and stderr until the end. Must be called after oclif is loaded, whose own listener throws most of them.
 * @public for bin/run.js
 */
export function guardOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error').on('error', (error: Error) => {
      if (!failures.has(stream)) failures.set(stream, error);
    });
    if (isFile(stream)) writeWhole(stream);
  }
}

/** True if the error belongs to stdout or stderr, so that `finishOutput` reports it. */
export function isOutputFailure(error: unknown): boolean {
  return [...failures.values()].some((failure) => failure === error);
}

/** Calls `then` when the reader of stderr has closed it. @returns a function that stops that */
export function onLogClosed(then: () => void): () => void {
  const onError = (error: Error): void => {
    if (isReaderGone(error)) then();
  };
  process.stderr.on('error', onError);
  return () => process.stderr.off('error', onError);
}

function isReaderGone(error: Error): boolean {
  return 'code' in error && readerGone.has(error.code);
}

/**
 * Waits until stdout and stderr have written everything, however slow their readers are. A write error determines the exit code,
 * unless the command has failed before. A closed reader is not an error.
 * @public for bin/run.js
 */
export async function finishOutput(): Promise<void> {
  await drain(process.stdout);
  const lost = failureOf(process.stdout);
  if (lost) latestLog().error(lost);
  await drain(process.stderr);
  // An error of stderr cannot be reported anywhere.
  const failure = lost ?? failureOf(process.stderr);
  if (failure && !process.exitCode) process.exitCode = failure.exitCode;
}

async function drain(stream: Output): Promise<void> {
  // "drain" is not emitted for a few bytes, and some readers on Windows take an empty write for the end.
  if (stream.writableLength > 0) await new Promise((resolve) => stream.write('', resolve));
  // Errors are emitted in a later tick.
  await setImmediate();
}

function failureOf(stream: Output): MvsError | undefined {
  const cause = failures.get(stream);
  if (!cause || isReaderGone(cause)) return undefined;
  const errno = 'errno' in cause ? getSystemErrorMap().get(Number(cause.errno)) : undefined;
  const name = stream === process.stdout ? 'stdout' : 'stderr';
  const message = `cannot write to ${name}: ${errno?.[1] ?? messageOf(cause)}`;
  return new MvsError(isDiskFull(cause) ? 'DISK_FULL' : 'CONFIG', message, { cause });
}

function isFile({ fd }: Output): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
}

/** If a disk has space only for the beginning of a chunk, Node drops the rest without an error. */
function writeWhole(stream: Output): void {
  stream._write = (chunk: Uint8Array, _encoding, done) => {
    try {
      writeFileSync(stream.fd, chunk);
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  };
}
