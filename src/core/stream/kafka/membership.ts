import type { EachBatchPayload } from 'kafkajs';
import type { Assignment } from '../assignment.js';
import { isLost } from './ownership.js';

/** How long a member may hold up a rebalance to finish what it has taken. */
const rebalanceGraceMs = 10_000;

/** Sends a heartbeat where one is due; when the group rebalances, settles what has been taken before the partitions move. */
export async function keepMembership(
  payload: EachBatchPayload,
  assignment: Assignment,
  heartbeatMs: number,
): Promise<void> {
  try {
    await payload.heartbeat();
  } catch (error) {
    // A lost connection is no rebalance: kafkajs goes on, and so does this assignment.
    if (!isLost(error)) throw error;
    assignment.close();
    const deadline = Date.now() + rebalanceGraceMs;
    // The group waits for this member to join again, as long as it hears of it.
    while (!(await assignment.flush(heartbeatMs, true)) && Date.now() < deadline) {
      await payload.heartbeat().catch(() => undefined);
    }
    assignment.end();
    throw error;
  }
}
