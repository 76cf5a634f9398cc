import {
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';
import { certificateRefusal, type Peer, type Refusal } from '../base/certificates.js';
import { causesOf, messageOf, MvsError } from '../base/errors.js';
import { serverHints } from '../base/hints.js';

export const duplicateKey = 11_000;

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === duplicateKey;
}

/** Another process may write the same document at the same moment, and the unique index refuses one of them: the second attempt finds it. */
export async function twiceIfDuplicate<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return write();
  }
}

/** Temporary server states: elections, shutdowns, write concern timeouts. */
const passingCodes = new Set([6, 7, 64, 79, 89, 91, 100, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
const authCodes = new Set([13, 18]);
const outOfDiskSpace = 14_031;

/** A batch that was interrupted or not confirmed. The driver wraps the network error. */
export function isPassing({ writeErrors, result, errorResponse }: MongoBulkWriteError): boolean {
  const brokeOff = errorResponse instanceof MongoError && !(errorResponse instanceof MongoServerError);
  return brokeOff || [writeErrors].flat().length === 0 || result.getWriteConcernError() !== undefined;
}

const database: Peer = {
  title: 'the database',
  address: 'MVS_STORE',
  authority: 'tlsCAFile=FILE in MVS_STORE',
};

/** The error codes of the server, without duplicates, which are not errors even if they are the first failure of a batch. */
function codesOf(cause: unknown): number[] {
  if (!(cause instanceof MongoServerError)) return [];
  const each = cause instanceof MongoBulkWriteError ? [cause.writeErrors].flat() : [];
  const codes = [cause.code, ...each.map(({ code }) => code)];
  return codes.filter((code) => typeof code === 'number').filter((code) => code !== duplicateKey);
}

/** Converts an error of the driver. */
export function storeError(cause: unknown, doing: string): MvsError {
  if (cause instanceof MvsError) return cause;
  const codes = codesOf(cause);
  if (codes.some((code) => authCodes.has(code))) {
    return new MvsError('CONFIG', `${doing}: MongoDB refuses these credentials`, {
      cause,
      hint: 'Check user, password and authSource in MVS_STORE.',
    });
  }
  if (/no such c(md|ommand).*sasl/i.test(messageOf(cause))) {
    return new MvsError('CONFIG', `${doing}: this server does not support logins`, {
      cause,
      hint: 'Remove user and password from MVS_STORE, or name the server that they are for.',
    });
  }
  if (codes.includes(outOfDiskSpace)) {
    return new MvsError('DISK_FULL', `${doing}: the database has no space left on its disk`, {
      cause,
      retriable: true,
      hint: 'Free space there. Nothing is lost, and mvs continues by itself.',
    });
  }
  const refusal = certificateRefusal(cause, database) ?? unreadableFile(cause);
  if (refusal) return new MvsError('CONFIG', `${doing}: ${refusal.what}`, { cause, hint: refusal.hint });
  const retriable =
    cause instanceof MongoNetworkError ||
    cause instanceof MongoServerSelectionError ||
    (cause instanceof MongoBulkWriteError && isPassing(cause)) ||
    (codes.length > 0 && codes.every((each) => passingCodes.has(each)));
  return new MvsError('STORE_UNAVAILABLE', `${doing}: ${messageOf(cause)}`, {
    cause,
    retriable,
    hint: serverHints.database,
  });
}

/** Runs a request that `doing` describes. @throws MvsError instead of the driver's error */
export async function attempt<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeError(error, doing);
  }
}

/** Like `storeError`, for the first connection, in which only one side may use TLS. */
export function connectError(cause: unknown, tls: boolean): MvsError {
  const error = storeError(cause, 'connecting to MongoDB');
  if (error.code !== 'STORE_UNAVAILABLE' || !isSilence(cause)) return error;
  const { code, message, retriable } = error;
  const hint = tls
    ? 'If the server does not use TLS, remove tls=true from MVS_STORE.'
    : 'If the server requires TLS, add tls=true to the URL in MVS_STORE.';
  return new MvsError(code, message, { cause, retriable, hint });
}

/** The server accepted the connection, but closed it or sent nothing. */
function isSilence(cause: unknown): boolean {
  const codes = causesOf(cause).map((error) => ('code' in error ? error.code : undefined));
  const silent = codes.every((code) => code === undefined || code === 'ECONNRESET');
  return cause instanceof MongoServerSelectionError && silent;
}

function unreadableFile(cause: unknown): Refusal | undefined {
  if (!(cause instanceof Error && 'syscall' in cause && cause.syscall === 'open')) return undefined;
  return {
    what: `cannot read a file that its URL names: ${cause.message}`,
    hint: 'Check tlsCAFile and tlsCertificateKeyFile in MVS_STORE.',
  };
}
