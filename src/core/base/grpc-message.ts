import { causesOf, messageOf } from './errors.js';

/**
 * The original reason of a failed call. grpc-js wraps it, as in "14 UNAVAILABLE: No connection established. Last error: Error:
 * connect ECONNREFUSED 127.0.0.1:8500. Resolution note: " (load-balancer-pick-first.js). Messages of other origin are not changed.
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
