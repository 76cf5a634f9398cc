import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** In the order in which they run. The first ones wait most, and take longest. */
const projects = ['cluster', 'chaos', 'stack', 'unit'];

/** A worker serves one project: it is ended where the next file belongs to another, and a new one takes seconds to load. */
class ProjectByProject extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project }: TestSpecification): number => projects.indexOf(project.name);
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}

/** `unit` needs nothing; `stack` starts one Kafka and one MongoDB for all of its files, and builds the fakes of the services; `chaos` starts
 * its own, to kill them, and `cluster` three brokers. */
export default defineConfig({
  test: {
    // More than cores: most tests wait, for a broker, a deadline or a process.
    maxWorkers: 4,
    // Workers are used again: loading the clients and networks anew for each file takes minutes.
    isolate: false,
    sequence: { sequencer: ProjectByProject },
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000 } },
      {
        test: {
          name: 'stack',
          include: ['test/{contract,integration,cli,production}/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          globalSetup: ['test/chaos/support/global-setup.ts'],
          testTimeout: process.env.MVS_CHAOS === 'full' ? 600_000 : 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          globalSetup: ['test/chaos/support/global-setup.ts'],
          testTimeout: 600_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
