import { expect, test } from 'vitest';
import { silentLog } from '../../src/core/log.js';
import { runningStack, status, up } from '../../src/core/stack/index.js';
import { freshStoreUrl } from '../support/fresh.js';
import { sharedStack } from '../support/stack.js';

test('other commands find the running stack by its home', () => {
  const { brokers, store, home } = sharedStack();
  expect(runningStack(home)).toEqual({ brokers, store });
});

test('an address that is given for once does not make a home forget its own servers', async () => {
  const { brokers, store, home, cache } = sharedStack();
  const given = freshStoreUrl();
  const ports = { kafkaPort: 0, mongoPort: 0 };
  const stack = await up({ home, cache, log: silentLog, ...ports, brokers, store: given });
  expect(stack).toMatchObject({ brokers, store: given });
  expect(runningStack(home)).toEqual({ brokers, store });
});

test('status shows what a command would use: given addresses before the local stack', async () => {
  const { brokers, home } = sharedStack();
  expect(await status(home, { brokers })).toMatchObject([
    { name: 'kafka', provider: 'external', running: true },
    { name: 'mongodb', running: true },
  ]);
  expect(await status(home, { brokers: ['127.0.0.1:1'] })).toMatchObject([
    { name: 'kafka', provider: 'external', running: false },
    { name: 'mongodb', running: true },
  ]);
});
