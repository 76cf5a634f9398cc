import { setTimeout as sleep } from 'node:timers/promises';
import { consume, type ConsumeOptions, type ConsumePorts, type ConsumeTotals } from './consume.js';
import { MvsError } from './errors.js';
import type { FrameStream, Tail } from './stream/port.js';

const pollMs = 250;

/** Resolves when the group has settled everything before `tail`, or when `signal` aborts. */
export async function untilDrained(
  stream: FrameStream,
  group: string,
  tail: Tail,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      if (await stream.drained(group, tail)) return;
    } catch (error) {
      // A broker that is away for a while is the consumer's to wait for.
      if (!(error instanceof MvsError && error.retriable)) throw error;
    }
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Consumes until `work` is done (or the options' signal aborts); its signal aborts when consuming fails. */
export async function consumeDuring(
  ports: ConsumePorts,
  options: ConsumeOptions,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<ConsumeTotals> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const consuming = consume(ports, { ...options, signal }).finally(() => {
    stop.abort();
  });
  const working = work(signal);
  try {
    await Promise.race([working, consuming]);
  } finally {
    stop.abort();
    // Whichever failed, both have ended before their ports are closed.
    await Promise.allSettled([working, consuming]);
  }
  return consuming;
}
