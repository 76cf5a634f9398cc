import { expect } from 'vitest';
import { untilNoneIsLeft } from './leftovers.js';
import { readLog, type LogRecord } from './log-reader.js';
import type { Servers } from './servers.js';
import { noteRow, type Measured, type Row } from './table.js';
import type { Trial } from './trial.js';

/**
 * Compares what is in the database, the dead letters and the group's offsets with what has to be there, and notes the
 * row of the table. Fails where anything is lost, doubled, unaccounted for or left over.
 * @param injected how many times the fault happened
 * @param measured what else the row says
 */
export async function judge(
  trial: Trial<Servers>,
  fault: string,
  injected: number,
  measured: Measured = {},
): Promise<Row> {
  const stored = await trial.stored();
  const storedOnce = new Set(stored);
  const deadLetters = await readLog(trial.arena.brokers, `${trial.topic}.dlq`);
  const dead = new Set(deadLetters.map(frameOf));
  const lost = [...trial.expected].filter((frame) => !storedOnce.has(frame) && !dead.has(frame));
  const row = {
    fault,
    injected,
    expected: trial.expected.size,
    stored: storedOnce.size,
    deadLettered: dead.size,
    duplicated: stored.length - storedOnce.size,
    lost: lost.length,
    ...measured,
  };
  noteRow(row);
  expect(lost, 'frames lost').toEqual([]);
  for (const frames of await trial.database.framesOfOthers()) {
    const wanted = [...trial.expected].filter((frame) => !trial.bad.has(frame));
    expect(frames.sort(), 'frames of another model version').toEqual(wanted.sort());
  }
  expect(row).toMatchObject({ duplicated: 0, stored: trial.expected.size - trial.bad.size });
  expect([...dead].sort(), 'dead letters').toEqual([...trial.bad, ...trial.strangers].sort());
  for (const letter of deadLetters)
    expect(originOf(letter)).toMatch(new RegExp(`^${trial.topic} \\d+ \\d+$`));
  expect(await trial.totalLag(), 'lag').toBe(0);
  await untilNoneIsLeft(trial.topic);
  expect(injected, 'faults injected').toBeGreaterThan(0);
  return row;
}

function frameOf({ headers }: LogRecord): string {
  return `${headers.video_name ?? ''}:${headers.frame ?? ''}`;
}

function originOf({ headers }: LogRecord): string {
  return `${headers.dlq_topic ?? ''} ${headers.dlq_partition ?? ''} ${headers.dlq_offset ?? ''}`;
}
