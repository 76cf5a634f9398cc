import { causesOf, messageOf } from './errors.js';

/**
 * Why a call failed, in the words of whoever knew it first. grpc-js wraps them, as in "14 UNAVAILABLE: No connection established. Last error: Error:
 * connect ECONNREFUSED 127.0.0.1:8500. Resolution note: " (its load-balancer-pick-first.js). What is not of gRPC is left as it is.
 */
export function grpcReason(error: unknown): string {
  const [details] = causesOf(error).flatMap((cause) =>
    'details' in cause && typeof cause.details === 'string' ? [cause.details] : [],
  );
  const reason = (details ?? '')
    .replace(/^(\w+: )?No connection established\. Last error: (?=\S)/, '')
    .replace(/\.? Resolution note: *$/, '')
    .replace(/^(\w*Error: )+/, '')
    .trim();
  return reason === '' ? messageOf(error) : reason;
}
