import { describe, expect, test } from 'vitest';
import { collectionNameOf } from '../../../src/core/store/collection-name.js';

test.each(['cat', 'asl hungry.v1.2', 'a%24b', 'a~b', 'été', 'x'.repeat(180), '{"a":1}', 'systems.x', 'a/b'])(
  'the video %j keeps the collection of its name, which older versions have written',
  (video) => {
    expect(collectionNameOf(video)).toBe(video);
  },
);

test.each([
  ['', 'mvs.name='],
  ['a$b', 'mvs.name=a%24b'],
  ['a..b', 'mvs.name=a%2e%2eb'],
  ['.hidden', 'mvs.name=%2ehidden'],
  ['end.', 'mvs.name=end%2e'],
  ['a\0b', 'mvs.name=a%00b'],
  ['system.users', 'mvs.name=system%2eusers'],
  ['mvs.videos', 'mvs.name=mvs%2evideos'],
  ['mvs.name=a%24b', 'mvs.name=mvs%2ename=a%2524b'],
])('the video %j, whose name no collection can have, gets %j', (video, collection) => {
  expect(collectionNameOf(video)).toBe(collection);
});

describe('names that are too long', () => {
  // Bytes, not characters: each of these has three.
  const long = (last: string): string => '映'.repeat(80) + last;

  test('are cut, and differ by their hash', () => {
    const names = [long('1'), long('2'), long('')].map((name) => collectionNameOf(name));
    expect(new Set(names).size).toBe(3);
    for (const name of names) {
      expect(name).toMatch(/^mvs\.name=映+~[0-9a-f]{64}$/);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(180);
    }
  });

  test('cannot be imitated', () => {
    expect(collectionNameOf(collectionNameOf(long('1')))).not.toBe(collectionNameOf(long('1')));
    expect(collectionNameOf(`$${'x'.repeat(100)}~${'a'.repeat(64)}`)).toMatch(/x%7ea{64}$/);
  });
});
