import { typeOf } from './client.js';

/** Our own type, beside those of the protocol. */
const forgotten = 'TOPIC_FORGOTTEN';

const lost: ReadonlySet<string | undefined> = new Set([
  forgotten,
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'FENCED_INSTANCE_ID',
]);

/** The error of a commit that must not be made, because the topic is another one now. */
export function topicForgotten(): Error {
  return Object.assign(new Error('the topic was created again'), { type: forgotten });
}

/** Whether a commit fails because the group has moved on: another member may own the partition, or the topic is another one. */
export function isLost(error: unknown): boolean {
  return lost.has(typeOf(error));
}
