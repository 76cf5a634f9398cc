import { expect, it } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { Assignment } from '../../../src/core/stream/assignment.js';
import { settleBeforeJoining } from '../../../src/core/stream/kafka/membership.js';

const heartbeatMs = 10;

/** A member that has handed out the first of two messages, and what it commits. */
function holding() {
  const committed: bigint[] = [];
  const assignment = new Assignment(silentLog, () => false);
  for (const offset of [0n, 1n]) {
    assignment.track(0, offset, (_, upTo) => Promise.resolve(void committed.push(upTo)));
  }
  assignment.handOut();
  return { assignment, committed };
}

it('hands out nothing more, and sends heartbeats until all is settled and committed', async () => {
  const { assignment, committed } = holding();
  const rebalancing = Object.assign(new Error('rebalancing'), { type: 'REBALANCE_IN_PROGRESS' });
  let beats = 0;
  const beat = (): Promise<never> => {
    beats += 1;
    if (beats === 3) assignment.settle(0, 0n);
    return Promise.reject(rebalancing);
  };
  const settling = settleBeforeJoining(assignment, beat, heartbeatMs);
  expect(assignment.handOut()).toBe(false);
  await settling;
  expect({ beats, committed, ended: assignment.ended }).toEqual({ beats: 3, committed: [1n], ended: true });
});

it('gives up at once when the group does not wait for it any more', async () => {
  const gone = Object.assign(new Error('unknown'), { type: 'UNKNOWN_MEMBER_ID' });
  let beats = 0;
  const beat = (): Promise<never> => {
    beats += 1;
    return Promise.reject(gone);
  };
  const { assignment, committed } = holding();
  await settleBeforeJoining(assignment, beat, heartbeatMs);
  assignment.settle(0, 0n);
  expect({ beats, committed, ended: assignment.ended }).toEqual({ beats: 1, committed: [], ended: true });
});
