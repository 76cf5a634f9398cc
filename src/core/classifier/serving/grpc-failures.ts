import type { ServiceError } from '@grpc/grpc-js';
import type { MvsError } from '../../base/errors.js';
import { grpcReason } from '../../base/grpc-message.js';
import type { ServerAddress } from './address.js';
import { failure, noAnswer, type Fault } from './failures.js';

/** Status codes of https://grpc.io/docs/guides/status-codes/ with another meaning than that the server is unavailable. */
const faults: Readonly<Partial<Record<number, Fault>>> = {
  3: 'refused', // INVALID_ARGUMENT
  5: 'missing', // NOT_FOUND
  7: 'forbidden', // PERMISSION_DENIED
  11: 'refused', // OUT_OF_RANGE
  12: 'missing', // UNIMPLEMENTED: another kind of server
  16: 'forbidden', // UNAUTHENTICATED
};
const resourceExhausted = 8;
const unavailable = 14;

export function grpcFailure(error: ServiceError, address: ServerAddress): MvsError {
  const code: number = error.code;
  const fault = faults[code] ?? (isTooLarge(error) ? 'large' : undefined);
  if (fault !== undefined) return failure(fault, address, `answers ${error.details}`, error);
  const reason = Object.assign(new Error(grpcReason(error)), { code: tlsCode(error) });
  return noAnswer(address, reason);
}

/** "Received message larger than max (19267712 vs. 4194304)" is gRPC's message in every language; the default is 4 MB. */
function isTooLarge({ code, details }: ServiceError): boolean {
  return (code as number) === resourceExhausted && /larger than max/i.test(details);
}

/** grpc-js reports the message of OpenSSL, but not the code, which identifies TLS errors. */
function tlsCode({ code, details }: ServiceError): string | undefined {
  if ((code as number) !== unavailable) return undefined;
  const alert = /\balert ([a-z]+(?: [a-z]+)*)/i.exec(details)?.[1];
  if (alert !== undefined) return `_ALERT_${alert.toUpperCase().replaceAll(' ', '_')}`;
  if (/ECONNRESET|connection dropped|socket disconnected|failed to connect/i.test(details))
    return 'ECONNRESET';
  if (/altnames/i.test(details)) return 'ERR_TLS_CERT_ALTNAME_INVALID';
  if (/certificate.*(expired|not yet valid)/i.test(details)) return 'CERT_HAS_EXPIRED';
  return /certificate|self[- ]signed/i.test(details) ? 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' : undefined;
}
