import { typeOf } from './client.js';

/** Our own type, beside those of the protocol. */
const notHeld = 'NOT_HELD';

const lost: ReadonlySet<string | undefined> = new Set([
  notHeld,
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'FENCED_INSTANCE_ID',
]);

/** The error of a commit that must not be made. */
export function notHeldAnyMore(because: string): Error {
  return Object.assign(new Error(because), { type: notHeld });
}

/** Whether a commit fails because the group has moved on: another member may own the partition, or the topic is another one. */
export function isLost(error: unknown): boolean {
  return lost.has(typeOf(error));
}
