import { expect, it } from 'vitest';
import { FolderNames } from '../../../src/core/export/folder-names.js';

it('a video keeps its name where every file system can have it', () => {
  const folders = new FolderNames();
  for (const name of ['cat', 'my cat 1.0', 'été – vidéo 日本', '[a] (b)+c=d@e'].map((each) =>
    each.replace('–', '-'),
  ))
    expect([folders.of(name), folders.of(name)]).toEqual([name, name]);
});

it('other names are encoded, and stay below the folder', () => {
  const folders = new FolderNames();
  const encoded = ['../a', '.', '..', ' a.', 'a/b\\c', 'a\u0000b', '50%', 'CON', 'nul.mp4', 'x'.repeat(300)];
  const names = encoded.map((name) => folders.of(name));
  expect(names.slice(0, 7)).toEqual(['%2e.%2fa', '%2e', '%2e%2e', '%20a%2e', 'a%2fb%5cc', 'a%00b', '50%25']);
  expect(names.slice(7, 9)).toEqual([expect.stringMatching(/^CON~/), expect.stringMatching(/^nul\.mp4~/)]);
  for (const name of names) expect(Buffer.byteLength(name)).toBeLessThan(200);
});

it('no two videos share a folder, whatever a file system makes of their names', () => {
  const folders = new FolderNames();
  const names = [
    'cat',
    'Cat',
    'CAT',
    '\u00e9t\u00e9',
    'e\u0301te\u0301',
    'x'.repeat(300),
    `${'x'.repeat(300)}y`,
  ];
  const folded = names.map((name) => folders.of(name).normalize('NFC').toLowerCase());
  expect(new Set(folded).size).toBe(names.length);
});
