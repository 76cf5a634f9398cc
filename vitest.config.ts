import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Below test/, in the order in which they run: the first ones wait most, and take longest. A folder belongs to one project. */
const folders = ['cluster', 'chaos', 'production', 'contract', 'integration', 'cli', 'unit'];

/** A worker serves one project: it is ended where the next file belongs to another, and a new one takes seconds to load. */
class FolderByFolder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number =>
      folders.findIndex((folder) => moduleId.includes(`/test/${folder}/`));
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}

/** Workers are used again: loading the clients and networks anew for each file takes minutes. A project does not inherit it. */
const isolate = false;

/** dist/ is what users run: Node loads it as it is. */
const server = { deps: { external: [/\/dist\//] } };

/** `unit` needs nothing; `stack` starts one Kafka, one MongoDB and one fake Kinesis for all of its files, and builds the fake of Pub/Sub;
 * `chaos` starts its own, to kill them, and `cluster` three brokers. */
export default defineConfig({
  test: {
    // More than cores: most tests wait, for a broker, a deadline or a process.
    maxWorkers: 4,
    sequence: { sequencer: FolderByFolder },
    projects: [
      {
        test: {
          name: 'unit',
          isolate,
          include: ['test/unit/**/*.test.ts'],
          exclude: ['**/kafkajs-*'],
          testTimeout: 20_000,
        },
      },
      // They look at kafkajs as it is before mvs patches it.
      { test: { name: 'kafkajs', include: ['test/unit/stream/kafkajs-*.test.ts'] } },
      // It needs no server, and ends commands as a signal does, which other commands in its process would hear too.
      {
        test: {
          name: 'config',
          server,
          include: ['test/cli/config.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'stack',
          isolate,
          server,
          include: ['test/{contract,integration,cli,production}/**/*.test.ts'],
          exclude: ['test/cli/config.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'chaos',
          isolate,
          include: ['test/chaos/**/*.test.ts'],
          globalSetup: ['test/chaos/support/global-setup.ts'],
          testTimeout: process.env.MVS_CHAOS === 'full' ? 600_000 : 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'cluster',
          isolate,
          include: ['test/cluster/**/*.test.ts'],
          globalSetup: ['test/chaos/support/global-setup.ts'],
          testTimeout: 600_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
