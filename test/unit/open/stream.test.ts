import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { stateFileOf } from '../../../src/core/stack/layout.js';
import { emptyState, writeState, type StackState } from '../../../src/core/stack/state.js';
import { warnOfOtherBroker, warnOfOtherStore } from '../../../src/open/strangers.js';
import { kafkaConfig } from '../../../src/open/stream.js';

it('a command warns once of a password in clear text, however many streams it opens', () => {
  vi.stubEnv('MVS_SASL_PASSWORD', 'hunter22');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const flags = { home: '/none', topic: 't', tls: false, brokers: ['localhost:1'] };
  const login = { 'sasl-mechanism': 'plain', 'sasl-username': 'me' } as const;
  const log = { ...silentLog, warn: vi.fn() };
  for (const topic of ['t', 't.dlq']) kafkaConfig({ ...flags, ...login, topic }, log);
  expect(log.warn).toHaveBeenCalledOnce();
});

it.each([
  ['is stopped on a port of its own', { port: 19_392 }, 'localhost:9092', undefined, 1],
  ['is stopped on the usual port', { port: 9092 }, 'localhost:9092', undefined, 1],
  ['was never started', {}, 'localhost:9092', undefined, 0],
  ['is stopped, and others are named', { port: 19_392 }, 'localhost:9092', ['localhost:9092'], 0],
])(
  'a broker that mvs did not start gets a warning if its own one %s',
  (_what, kafka, address, brokers, times) => {
    const home = homeThatRemembers({ kafka, mongodb: {} });
    const log = { ...silentLog, warn: vi.fn() };
    for (let opened = 0; opened < 2; opened += 1) warnOfOtherBroker({ home, brokers }, [address], log);
    expect(log.warn).toHaveBeenCalledTimes(times);
    if (times === 0) return;
    const text = expect.stringMatching(/localhost:9092.*\(port (19392|9092)\) is stopped/) as string;
    expect(log.warn).toHaveBeenCalledWith(text);
  },
);

it('a database that mvs did not start gets a warning as well, also while the own broker runs', () => {
  const remembered = { kafka: { port: 9092 }, mongodb: { port: 29_017 } };
  const kafka = { provider: 'java', address: '127.0.0.1:9092' } as const;
  const home = homeThatRemembers(remembered, { up: true, kafka });
  const log = { ...silentLog, warn: vi.fn() };
  warnOfOtherBroker({ home }, ['127.0.0.1:9092'], log);
  expect(log.warn).not.toHaveBeenCalled();
  warnOfOtherStore({ home }, 'mongodb://localhost:27017/records', log);
  const text = expect.stringMatching(
    /localhost:27017.*database of "mvs up" \(port 29017\) is stopped/,
  ) as string;
  expect(log.warn).toHaveBeenCalledExactlyOnceWith(text);
  warnOfOtherStore({ home, store: 'mongodb://b/records' }, 'mongodb://b/records', log);
  expect(log.warn).toHaveBeenCalledOnce();
});

function homeThatRemembers(remembered: StackState['remembered'], now: Partial<StackState> = {}): string {
  const home = mkdtempSync(join(tmpdir(), 'mvs-open-'));
  onTestFinished(() => {
    rmSync(home, { recursive: true });
  });
  mkdirSync(dirname(stateFileOf(home)));
  writeState(stateFileOf(home), { ...emptyState(), remembered, ...now });
  return home;
}
