/**
 * Why a call failed, in the words of whoever knew it first. grpc-js wraps them: `message` is "14 UNAVAILABLE: " and `details`, which are
 * "No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:8500. Resolution note: " (load-balancer-pick-first.js).
 */
export function reasonOfGrpc({ message, details = message }: { message: string; details?: string }): string {
  return details
    .replace(/^\d+ [A-Z_]+: /, '')
    .replace(/^(\w+: )?No connection established\. Last error: (?=\S)/, '')
    .replace(/\.? Resolution note: *$/, '')
    .replace(/^(\w*Error: )+/, '')
    .trim();
}
