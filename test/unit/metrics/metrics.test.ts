import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Health } from '../../../src/metrics/health.js';
import { Probe } from '../../../src/metrics/probe.js';
import { never } from '../../support/broken.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a probe', () => {
  it('asks once in two seconds, however often it is asked', async () => {
    const question = vi.fn(() => Promise.resolve(7));
    const probe = new Probe(question);
    expect(await Promise.all([probe.ask(), probe.ask()])).toEqual([{ value: 7 }, { value: 7 }]);
    vi.advanceTimersByTime(1_900);
    await probe.ask();
    expect(question).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(200);
    await probe.ask();
    expect(question).toHaveBeenCalledTimes(2);
  });

  it('tells what went wrong', async () => {
    const probe = new Probe(() => Promise.reject(new Error('away')));
    expect(await probe.ask()).toEqual({ problem: 'away' });
  });
});

describe('health', () => {
  const answers = new Probe(() => Promise.resolve(1));
  const stop = new AbortController();

  it('is ready when the work begins and its servers answer, until it is told to stop', async () => {
    const health = new Health(stop.signal);
    expect(await health.ready()).toMatchObject({ status: 503, text: 'starting\n' });
    health.needs({ broker: answers }, 'joining the group');
    expect(await health.ready()).toMatchObject({ status: 503, text: 'joining the group\n' });
    health.begins(() => false);
    expect(await health.ready()).toMatchObject({ status: 200 });
    health.needs({ database: new Probe(() => Promise.reject(new Error('mongodb://me:secret@db: away'))) });
    expect(await health.ready()).toMatchObject({
      status: 503,
      text: 'database: mongodb://***@db: away\n',
    });
    stop.abort();
    expect(await health.ready()).toMatchObject({ status: 503, text: 'stopping\n' });
  });

  it('is alive unless a client that was started again does not help', () => {
    const health = new Health(new AbortController().signal);
    expect(health.live()).toMatchObject({ status: 200 });
    health.begins(() => true);
    expect(health.live()).toMatchObject({ status: 503 });
  });
});

describe('a server that does not answer', () => {
  it('is waited for less than a second, and is not asked again meanwhile', async () => {
    vi.useRealTimers();
    const question = vi.fn(never);
    const probe = new Probe(question);
    const startedAt = performance.now();
    expect(await Promise.all([probe.ask(), probe.ask()])).toEqual(
      Array(2).fill({ problem: 'does not answer' }),
    );
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(question).toHaveBeenCalledTimes(1);
  });
});
