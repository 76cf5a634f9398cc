import { typeOf } from './client.js';

const lost: ReadonlySet<string | undefined> = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'FENCED_INSTANCE_ID',
]);

/** The error of a commit that must not be made, because the topic is another one now. */
export function topicForgotten(): Error {
  return Object.assign(new Error('the topic was created again'), { type: 'FENCED_INSTANCE_ID' });
}

/** Whether a broker refuses because the group has moved on: another member may own the partition. */
export function isLost(error: unknown): boolean {
  return lost.has(typeOf(error));
}
