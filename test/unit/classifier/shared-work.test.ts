import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SharedWork } from '../../../src/core/classifier/shared-work.js';

it('work begins when all earlier work has ended, also where pictures between cannot be decoded', async () => {
  const shared = new SharedWork();
  const events: string[] = [];
  let finish = (): void => undefined;
  const engine = new Promise<void>((resolve) => (finish = resolve));
  const first = shared.inTurn(Promise.resolve('a'), async () => {
    events.push('a begins');
    await engine;
    events.push('a ends');
  });
  const broken = shared.inTurn(Promise.reject(new Error('out of memory')), () => Promise.resolve());
  await expect(broken).rejects.toThrow('out of memory');
  const last = shared.inTurn(Promise.resolve('c'), () => {
    events.push('c');
    return Promise.resolve();
  });
  await setImmediate();
  finish();
  await Promise.all([first, last]);
  expect(events).toEqual(['a begins', 'a ends', 'c']);
});
