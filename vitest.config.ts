import { defineConfig } from 'vitest/config';

/** `unit` needs nothing; `stack` starts one Kafka and one MongoDB for all of its files. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        test: {
          name: 'stack',
          include: ['test/{contract,integration,cli}/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
