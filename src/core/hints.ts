const startStack = 'Start the local stack with "mvs up", or';

/** The way out where a server is not there. */
export const serverHints = {
  broker: `${startStack} name your brokers with --brokers or MVS_BROKERS.`,
  database: `${startStack} name your database with --store or MVS_STORE.`,
} as const;
