const startStack = 'Start the local stack with "mvs up", or';

/** The way out where a server is not there. */
export const serverHints = {
  broker: `${startStack} name your brokers with --brokers or MVS_BROKERS.`,
  /** Of brokers that somebody else runs. */
  givenBroker:
    'Check that they run and can be reached from here, and that --brokers (MVS_BROKERS) or --stream (MVS_STREAM) names them.',
  database: `${startStack} name your database with --store or MVS_STORE.`,
} as const;
