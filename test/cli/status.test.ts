import { describe, expect, it } from 'vitest';
import type { Overview } from '../../src/core/operate/overview.js';
import { jsonOf, workspace } from '../support/mvs.js';
import { freshStoreUrl } from '../support/fresh.js';

describe('mvs status', () => {
  it('says what to do where there are no servers, within seconds', async () => {
    const { mvs } = workspace({ MVS_BROKERS: '127.0.0.1:1', MVS_STORE: 'mongodb://127.0.0.1:1/x' });
    const began = performance.now();
    const { exitCode, stdout } = await mvs('status');
    expect(performance.now() - began).toBeLessThan(8_000);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^✗ broker .*\n.*--brokers/m);
    expect(stdout).toMatch(/^✗ database .*\n.*mvs up/m);
    expect(stdout).toMatch(/^✓ engine /m);
  });

  it('names the next command: topic:create, produce and consume', async () => {
    const { mvs, topic } = workspace({ MVS_STORE: freshStoreUrl() });
    const without = await mvs('status');
    expect(without.exitCode).toBe(1);
    expect(without.stdout).toMatch(/^✗ topic .*\n.*mvs topic:create/m);
    await mvs('topic:create');
    const result = await mvs('status', '--json');
    expect(result.exitCode).toBe(0);
    const view = jsonOf(result) as Overview;
    expect(view).toMatchObject({
      healthy: true,
      topic: { name: topic, partitions: 3 },
      group: { members: 0, lag: 0, lagSeconds: null },
      videos: { complete: 0, inWork: 0 },
      deadLetters: 0,
      engine: 'onnxruntime',
      servers: [
        { name: 'kafka', running: true },
        { name: 'mongodb', running: true },
      ],
    });
    const hints = view.checks.flatMap(({ name, hint }) => (hint === undefined ? [] : [`${name}: ${hint}`]));
    expect(hints).toEqual([
      'topic: Publish frames with "mvs produce VIDEO…".',
      'group: Start a consumer with "mvs consume".',
    ]);
  });
});
