import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/core/operate/doctor/index.js';
import type { Overview } from '../../src/core/operate/overview.js';
import { layoutOf } from '../../src/core/stack/layout.js';
import { emptyState, writeState } from '../../src/core/stack/state.js';
import { jsonOf, workspace, type Workspace } from '../support/mvs.js';
import { freshStoreUrl } from '../support/fresh.js';
import { freshHome, sharedStack } from '../support/stack.js';

const dead = ['127.0.0.1:1', '127.0.0.1:2'];
const outage = '2 of 3 brokers do not answer: 127.0.0.1:1, 127.0.0.1:2';
const live = (): string => sharedStack().brokers.join(',');

/** The dead ones come first: there every client begins. */
function degraded(): Workspace {
  return workspace({ MVS_BROKERS: [...dead, live()].join(','), MVS_STORE: freshStoreUrl() });
}

describe('where one of three addresses answers', () => {
  it('status and doctor warn of the others, and are well', async () => {
    const { mvs } = degraded();
    await mvs('topic:create');
    const status = await mvs('status', '--json');
    const view = jsonOf(status) as Overview;
    expect(view.checks[0]).toMatchObject({ name: 'broker', state: 'warning', detail: outage });
    expect(view).toMatchObject({ healthy: true, brokers: { known: [live(), ...dead], unreachable: dead } });
    expect(status).toMatchObject({ exitCode: 0, stderr: '' });
    expect(view).toMatchObject({ servers: [{ name: 'kafka', running: true }, {}] });
    const { checks } = jsonOf(await mvs('doctor', '--json')) as Diagnosis;
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'brokers', state: 'warning', detail: outage }),
    );
  });

  it('commands do their work, and warn once', async () => {
    const { mvs } = degraded();
    const warning = `warn: ${outage}`;
    const { stderr, exitCode } = await mvs('topic:create');
    expect({ stderr, exitCode }).toEqual({ stderr: warning, exitCode: 0 });
    for (const args of [['produce', 'videos/cat.webm', '--every', '50'], ['lag'], ['dlq:list']])
      expect(await mvs(...args)).toMatchObject({ stderr: warning, exitCode: 0 });
  });
});

describe('where no address answers', () => {
  it('"mvs up" is no advice for the brokers of somebody else', async () => {
    const { mvs } = workspace({ MVS_BROKERS: dead.join(',') });
    for (const command of ['lag', 'doctor']) {
      const { stdout, stderr, exitCode } = await mvs(command);
      expect(exitCode).toBeGreaterThan(0);
      expect(stdout + stderr).toMatch(
        /no Kafka broker answers at 127\.0\.0\.1:1, 127\.0\.0\.1:2\n.*--brokers/,
      );
      expect(stdout + stderr).not.toMatch(/answers at .*\n.*mvs up/);
    }
  });

  it('"mvs up" is the advice for the local stack, also where its address is given', async () => {
    const { home, cache } = freshHome();
    const state = { ...emptyState(), remembered: { kafka: { port: 1 }, mongodb: {} } };
    writeState(layoutOf(home, cache).stateFile, state);
    const { mvs } = workspace({ MVS_HOME: home, MVS_BROKERS: '127.0.0.1:1' });
    expect((await mvs('lag')).stderr).toMatch(/^error: no Kafka broker answers at 127\.0\.0\.1:1\n.*mvs up/m);
  });
});
