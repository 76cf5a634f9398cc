import { expect, test } from 'vitest';
import { down, runningStack, status, up } from '../../../src/core/stack/index.js';
import { freshHome, sharedStack } from '../../support/stack.js';

test('other commands find the running stack by its home', () => {
  const { brokers, store, home } = sharedStack();
  expect(runningStack(home)).toEqual({ brokers, store });
});

test('an address that is given for once does not make a home forget its own servers', async () => {
  const { brokers, store } = sharedStack();
  const site = freshHome();
  const stack = await up({ ...site, kafkaPort: 0, mongoPort: 0, mongo: 'emulator', brokers });
  await up({ ...site, kafkaPort: 0, mongoPort: 0, brokers, store });
  expect(runningStack(site.home)).toEqual({ store: stack.store });
});

test('the addresses that up prints mean the local servers: with them given, up starts them again', async () => {
  const { brokers } = sharedStack();
  const site = freshHome();
  const options = { ...site, kafkaPort: 0, mongoPort: 0, mongo: 'emulator', brokers } as const;
  const { store } = await up(options);
  await down({ ...site, wipe: false });
  const again = await up({ ...options, store });
  expect(again).toMatchObject({ store, servers: [{}, { name: 'mongodb', provider: 'emulator' }] });
});

test('status shows what a command would use: given addresses before the local stack', async () => {
  const { brokers, home } = sharedStack();
  expect(await status(home, { brokers })).toMatchObject([
    { name: 'kafka', running: true },
    { name: 'mongodb', running: true },
  ]);
  expect(await status(home, { brokers: ['127.0.0.1:1'] })).toMatchObject([
    { name: 'kafka', provider: 'external', running: false },
    { name: 'mongodb', running: true },
  ]);
});
