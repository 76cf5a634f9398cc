const startStack = 'Start the local stack with "mvs up", or';

/** Hints for an unavailable server. */
export const serverHints = {
  broker: `${startStack} name your brokers with --brokers or MVS_BROKERS.`,
  /** For brokers that mvs did not start. */
  givenBroker:
    'Check that they run and can be reached from here, and that --brokers (MVS_BROKERS) or --stream (MVS_STREAM) is correct.',
  database: `${startStack} name your database with --store or MVS_STORE.`,
} as const;
