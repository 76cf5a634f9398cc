import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { stateFileOf } from '../../../src/core/stack/layout.js';
import { emptyState, writeState } from '../../../src/core/stack/state.js';
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
  ['is stopped on a port of its own', { port: 19_392 }, {}, 1],
  ['is stopped on the usual port', { port: 9092 }, {}, 0],
  ['was never started', {}, {}, 0],
  ['is stopped, and others are named', { port: 19_392 }, { brokers: ['localhost:9092'] }, 0],
])('a broker that mvs did not start gets a warning if its own one %s', (_what, kafka, given, times) => {
  const home = mkdtempSync(join(tmpdir(), 'mvs-open-'));
  onTestFinished(() => {
    rmSync(home, { recursive: true });
  });
  mkdirSync(dirname(stateFileOf(home)));
  writeState(stateFileOf(home), { ...emptyState(), remembered: { kafka, mongodb: {} } });
  const log = { ...silentLog, warn: vi.fn() };
  for (const topic of ['t', 't.dlq']) kafkaConfig({ home, topic, tls: false, ...given }, log);
  expect(log.warn).toHaveBeenCalledTimes(times);
  if (times > 0)
    expect(log.warn).toHaveBeenCalledWith(expect.stringMatching(/localhost:9092.*\(port 19392\) is stopped/));
});
