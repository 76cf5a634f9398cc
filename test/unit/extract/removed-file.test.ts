import { test, expect } from 'vitest';
import { containerProblems } from '../../../src/core/extract/container.js';
import { Diagnostics } from '../../../src/core/extract/diagnostics.js';
import { unreadable } from '../../../src/core/extract/unreadable.js';
import { watchForChange } from '../../../src/core/source/files.js';

const file = { input: 'clip.avi', path: '/nonexistent/clip.avi' };

test.each([
  ['while ffprobe looked for damage', () => containerProblems(file, { index: 0, container: undefined }, {})],
  ['before the reason was looked for', () => unreadable(file, new Diagnostics())],
  ['before it was read', () => watchForChange(file, '')],
])('a file that was removed %s does not exist, and that is no bug', async (_when, work) => {
  const error = { code: 'NO_INPUT', exitCode: 66, message: '"clip.avi" does not exist' };
  await expect(work()).rejects.toMatchObject(error);
});
