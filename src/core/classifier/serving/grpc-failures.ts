import type { ServiceError } from '@grpc/grpc-js';
import type { MvsError } from '../../errors.js';
import type { ServerAddress } from './address.js';
import { failure, noAnswer, type Fault } from './failures.js';

/** Status codes of https://grpc.io/docs/guides/status-codes/ that do not just mean that the server is away. */
const faults: Readonly<Partial<Record<number, Fault>>> = {
  3: 'refused', // INVALID_ARGUMENT
  5: 'missing', // NOT_FOUND
  7: 'forbidden', // PERMISSION_DENIED
  11: 'refused', // OUT_OF_RANGE
  12: 'missing', // UNIMPLEMENTED: another kind of server
  16: 'forbidden', // UNAUTHENTICATED
};

export function grpcFailure(error: ServiceError, address: ServerAddress): MvsError {
  const fault = faults[error.code];
  if (fault !== undefined) return failure(fault, address, `answers ${error.details}`, error);
  // What TLS says of a certificate stands in the text only.
  const certificate = /certificate|self[- ]signed|altnames/i.test(error.details);
  return noAnswer(address, certificate ? withCode(error) : error);
}

/** grpc-js tells the message of OpenSSL and not its code, which is what errors of TLS are known by. */
function withCode(error: ServiceError): Error {
  const code = /altnames/i.test(error.details)
    ? 'ERR_TLS_CERT_ALTNAME_INVALID'
    : /expired|not yet valid/i.test(error.details)
      ? 'CERT_HAS_EXPIRED'
      : 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
  return Object.assign(new Error(error.details, { cause: error }), { code });
}
