import { setTimeout as sleep } from 'node:timers/promises';
import { unlessAborted } from '../base/abort.js';
import { consume, type ConsumeOptions, type ConsumePorts, type ConsumeTotals } from './consume.js';
import { MvsError } from '../base/errors.js';
import type { Tail } from '../stream/port.js';

const pollMs = 250;

/** Resolves when the group has settled all of `tail`, or when `signal` aborts. */
export async function untilDrained(tail: Tail, group: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (await isOver(tail, group, signal)) return;
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

async function isOver(tail: Tail, group: string, signal: AbortSignal): Promise<boolean> {
  try {
    return await unlessAborted(tail.settledBy(group), signal);
  } catch (error) {
    // The consumer itself waits for an unavailable broker.
    if (signal.aborted || (error instanceof MvsError && error.retriable)) return signal.aborted;
    throw error;
  }
}

/** Consumes until `work` is done (or the options' signal aborts); its signal aborts when consuming fails. */
export async function consumeDuring(
  ports: ConsumePorts,
  options: ConsumeOptions,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<ConsumeTotals> {
  return runDuring(options.signal, (signal) => consume(ports, { ...options, signal }), work);
}

/** Consumes until everything that is in the topic now is settled, or the options' signal aborts. */
export async function consumeUntilDrained(
  ports: ConsumePorts,
  options: ConsumeOptions,
): Promise<ConsumeTotals> {
  const tail = await ports.stream.tail();
  return consumeDuring(ports, options, (signal) => untilDrained(tail, options.group, signal));
}

/** Runs `main` and `work`; when one of them ends, its signal ends the other. */
export async function runDuring<T>(
  outer: AbortSignal,
  main: (signal: AbortSignal) => Promise<T>,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<T> {
  const stop = new AbortController();
  const signal = AbortSignal.any([outer, stop.signal]);
  const running = main(signal).finally(() => {
    stop.abort();
  });
  const working = work(signal);
  try {
    await Promise.race([working, running]);
  } finally {
    stop.abort();
    // Whichever failed, both must have ended before their resources are closed.
    await Promise.allSettled([working, running]);
  }
  return running;
}
