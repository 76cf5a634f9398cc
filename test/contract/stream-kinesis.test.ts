import { describe } from 'vitest';
import { freshKinesis, openKinesisAt, useKinesis } from '../support/kinesis.js';
import { streamContract } from './stream.js';

describe('Kinesis', () => {
  useKinesis();
  streamContract(freshKinesis, {
    openTopic: openKinesisAt,
    without: { 'counted lag': 'Kinesis tells how long a reader is behind, and not how many messages' },
  });
});
