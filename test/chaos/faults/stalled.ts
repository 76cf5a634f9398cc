import { expect, it, vi } from 'vitest';
import type { Running } from '../../support/mvs.js';
import type { Arena } from '../support/arena.js';
import { judge } from '../support/judge.js';
import type { TcpProxy } from '../support/tcp-proxy.js';
import { Trial } from '../support/trial.js';

const frames = 100;
const watched = ['consume', '--threads=1', '--batch=8', '--session-timeout=2000', '--stall-timeout=1'];

/** Everything is answered but fetches: heartbeats go on, and nobody would notice. */
function swallowFetches(kafka: TcpProxy): void {
  kafka.rule = ({ direction, kind }) => (direction === 'response' && kind === 'fetch' ? 'hold' : 'pass');
}

/** Counts what a command has said so far. */
function saying(running: Running, text: string): () => number {
  let said = '';
  running.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return () => said.split(text).length - 1;
}

export function stalled(arena: () => Arena): void {
  it('a consumer that gets no answer says so and starts its client again, and in the end exits for its supervisor', async () => {
    const trial = await Trial.start(arena(), { partitions: 1 });
    await trial.publish('cat', frames);
    swallowFetches(trial.arena.kafka);
    const patient = trial.mvs(...watched);
    const restarts = saying(patient, 'restarting the client');
    await vi.waitUntil(() => restarts() === 2, { timeout: 60_000, interval: 50 });
    trial.arena.stopBreaking();
    await trial.untilDone();
    await trial.end(patient);

    await trial.publish('dog', frames);
    swallowFetches(trial.arena.kafka);
    const helpless = await trial.mvs(...watched);
    expect(helpless.exitCode, helpless.stderr).toBe(69);
    expect(helpless.stderr).toMatch(
      /^error: no progress for 1 s, although 101 messages wait; .*did not help$/m,
    );
    trial.arena.stopBreaking();
    await trial.drain();
    await judge(trial, 'no answers to fetches (watchdog)', 2);
  });
}
