import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { MvsError } from '../../../src/core/base/errors.js';
import { silentLog } from '../../../src/core/base/log.js';
import { recognise } from '../../../src/core/produce/recognise.js';
import { findSources } from '../../../src/core/source/find.js';
import { files, useWorkingFolder } from '../../support/working-folder.js';

const folder = useWorkingFolder();

async function find(inputs: string[], isVideo = (_file: string) => Promise.resolve(false)) {
  const notes: string[] = [];
  const log = { ...silentLog, info: (note: string) => void notes.push(note) };
  const { sources, problems } = await findSources(inputs, { recursive: true, isVideo, log });
  return {
    found: sources.map(({ input }) => input),
    problems: Object.fromEntries(problems.map(({ input, error }) => [input, error.message])),
    notes,
  };
}

describe.each(['v', 'v/**/*.mp4'])('of %s', (input) => {
  test('broken links are problems, and the others go on', async () => {
    await files('v/a.mp4', 'v/deep/b.mp4');
    await symlink('nowhere', 'v/gone.mp4');
    await symlink('round.mp4', 'v/deep/round.mp4');
    await symlink('nowhere', 'v/lock');
    expect(await find([input])).toMatchObject({
      found: ['v/a.mp4', 'v/deep/b.mp4'],
      problems: {
        'v/gone.mp4': '"v/gone.mp4" is a link to a file that does not exist',
        'v/deep/round.mp4': '"v/deep/round.mp4" is a link to a file that does not exist',
      },
    });
  });

  test.runIf(process.platform === 'linux')('names that are not UTF-8 are problems', async () => {
    await files('v/a.mp4');
    await writeFile(Buffer.from('v/caf\xe9.mp4', 'latin1'), 'x');
    await mkdir(Buffer.from('v/\xfc', 'latin1'));
    await writeFile(Buffer.from('v/\xfc/b.mp4', 'latin1'), 'x');
    const { found, problems } = await find([input]);
    expect(found).toEqual(['v/a.mp4']);
    expect(problems).toEqual({
      'v/caf\ufffd.mp4': '"v/caf\ufffd.mp4" cannot be opened: its name is not valid UTF-8',
      'v/\ufffd': '"v/\ufffd" cannot be opened: its name is not valid UTF-8',
    });
  });

  test.skipIf(!process.seteuid || process.getuid?.() !== 0)(
    'folders that cannot be read or entered, and links into them, are problems',
    async () => {
      await files('v/a.mp4', 'v/unreadable/b.mp4', 'v/unsearchable/c.mp4', 'v/x/d.mp4', 'off/deep/e.mp4');
      await symlink('../off/deep/e.mp4', 'v/link.mp4');
      await symlink('../off/deep', 'v/linked');
      await Promise.all([chmod('v/unreadable', 0), chmod('v/unsearchable', 0o744), chmod('off', 0)]);
      await chmod(folder(), 0o755);
      process.seteuid?.(65_534);
      try {
        const { found, problems } = await find([input]);
        expect(found).toEqual(['v/a.mp4', 'v/x/d.mp4']);
        const names = ['v/link.mp4', 'v/linked', 'v/unreadable', 'v/unsearchable'];
        expect(problems).toEqual(
          Object.fromEntries(names.map((name) => [name, `"${name}" cannot be read: permission denied`])),
        );
      } finally {
        process.seteuid?.(0);
      }
    },
  );
});

test('a glob without problems in its way reports none', async () => {
  await files('v/a.mp4', 'v/b/c.mp4');
  await symlink('nowhere', 'v/b/gone.mp4');
  expect(await find(['v/*.mp4'])).toMatchObject({ found: ['v/a.mp4'], problems: {} });
});

describe('files with unusual extensions', () => {
  const clip = fileURLToPath(new URL('../../../videos/cat.webm', import.meta.url));

  test('are taken where they contain a video', async () => {
    await files('v/a.mp4', 'v/notes.xyz', 'v/empty.abc', 'v/photo.jpg', 'v/sound.mp3');
    await writeFile('v/empty.abc', '');
    await writeFile('v/zeros.dat', Buffer.alloc(1000));
    for (const name of ['b.lrv', 'c.unknown', 'noextension', 'a.lrv', 'half.mp4.part'])
      await copyFile(clip, `v/${name}`);
    const { found, problems, notes } = await find(['v'], (file) => recognise(file, {}));
    expect(found).toEqual(['v/a.mp4', 'v/b.lrv', 'v/c.unknown', 'v/noextension']);
    expect(problems).toEqual({});
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^7 files are not taken .*: "v\/a\.lrv", "v\/empty\.abc", .* and 4 more\. /);
    expect(notes[0]).toContain('Name a file itself to force it');
  });

  test('are problems where ffprobe cannot say what they are, and the others go on', async () => {
    await files('v/a.mp4', 'v/b.avi', 'v/notes.txt');
    for (const name of ['c.unknown', 'noextension']) await copyFile(clip, `v/${name}`);
    await writeFile('crash', '#!/bin/sh\nkill -KILL $$\n', { mode: 0o755 });
    vi.stubEnv('MVS_FFPROBE', path.resolve('crash'));
    const { found, problems, notes } = await find(['v'], (file) => recognise(file, {}));
    vi.stubEnv('MVS_FFPROBE', path.resolve('missing'));
    const without = await find(['v'], (file) => recognise(file, {}));
    vi.unstubAllEnvs();
    expect(found).toEqual(['v/a.mp4', 'v/b.avi']);
    for (const file of ['v/c.unknown', 'v/noextension']) {
      expect(problems[file]).toMatch(new RegExp(`^"${file}" may be a video.*SIGKILL`));
      expect(without.problems[file]).toMatch(new RegExp(`^"${file}" may be a video.*not an executable file`));
    }
    expect(notes[0]).toMatch(/^1 file is not taken .*"v\/notes\.txt"/);
  });

  test('end the search with a signal that comes while they are looked at', async () => {
    await files('v/a.unknown', 'b.mp4');
    const stopped = new MvsError('INTERRUPTED', 'stopped');
    await expect(find(['v', 'b.mp4'], () => Promise.reject(stopped))).rejects.toBe(stopped);
  });

  test('of cameras and recorders are taken as such, so that a broken one is an error', async () => {
    const extensions = ['insv', '360', 'dav', 'm2t', '264', '265', 'f4v', 'qt', 'mpe', 'tod'];
    await files(...extensions.map((extension) => `v/${extension}.${extension}`));
    expect((await find(['v'])).found).toHaveLength(extensions.length);
  });

  test('give way to a usual one with the same name', async () => {
    await files('v/a.mp4', 'v/a.264', 'v/b.264', 'v/x/a.264');
    expect((await find(['v'])).notes[0]).toContain('"v/a.264"');
    expect((await find(['v/x', 'v/b.264'])).found).toEqual(['v/x/a.264', 'v/b.264']);
  });
});
