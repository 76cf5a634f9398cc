import { expect, test } from 'vitest';
import { runningStack } from '../../src/core/stack/index.js';
import { sharedStack } from '../support/stack.js';

test('other commands find the running stack by its home', () => {
  const { brokers, store, home } = sharedStack();
  expect(runningStack(home)).toEqual({ brokers, store });
});
