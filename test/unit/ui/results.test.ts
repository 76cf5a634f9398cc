import { expect, it } from 'vitest';
import { renderVideosSurvey } from '../../../src/ui/deletions.js';

it('asks before results are deleted, with the version, the server, the database and the numbers', () => {
  const videos = [
    { video: 'cat', records: 4 },
    // Only notes about dead letters are left of it.
    { video: 'dog', records: 0 },
    { video: 'my bird', records: 1 },
  ];
  const place = { server: 'db:27017', database: 'records' };
  expect(renderVideosSurvey(videos, place, 'pets@3f2a9c1b7d04')).toBe(
    'Delete 5 records of 2 videos by the model version pets@3f2a9c1b7d04: cat (4), "my bird" (1), from the database records at db:27017?',
  );
  expect(renderVideosSurvey(videos.slice(1, 2), place, 'pets@3f2a9c1b7d04')).toBe(
    'Delete 0 records of 0 videos by the model version pets@3f2a9c1b7d04, from the database records at db:27017?',
  );
});
