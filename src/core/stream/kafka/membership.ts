import type { Assignment } from '../assignment.js';
import { isWaitedFor, type Beat } from './internals/before-joining.js';

/** How long a member may hold up a rebalance to finish what it has taken. */
const rebalanceGraceMs = 10_000;

/**
 * Settles what has been taken before the partitions move: the group waits for this member to join again, as long as it hears of it.
 * @param beat sends a heartbeat
 */
export async function settleBeforeJoining(
  assignment: Assignment,
  beat: Beat,
  heartbeatMs: number,
): Promise<void> {
  assignment.close();
  const deadline = Date.now() + rebalanceGraceMs;
  while (!(await assignment.flush(heartbeatMs, true))) {
    if (Date.now() >= deadline || !(await isWaitedFor(beat))) break;
  }
  assignment.end();
}
