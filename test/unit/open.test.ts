import { expect, it, onTestFinished, vi } from 'vitest';
import { silentLog } from '../../src/core/log.js';
import { kafkaConfig } from '../../src/open.js';

it('a command warns once of a password in clear text, however many streams it opens', () => {
  vi.stubEnv('MVS_SASL_PASSWORD', 'hunter22');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const flags = { home: '/none', topic: 't', brokers: ['localhost:1'] };
  const login = { 'sasl-mechanism': 'plain', 'sasl-username': 'me' } as const;
  const log = { ...silentLog, warn: vi.fn() };
  for (const topic of ['t', 't.dlq']) kafkaConfig({ ...flags, ...login, topic }, log);
  expect(log.warn).toHaveBeenCalledOnce();
});
