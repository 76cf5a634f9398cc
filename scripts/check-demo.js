// Checks the output of `npm run demo`: each bundled clip must be complete and have the expected label.
import { readFile } from 'node:fs/promises';

const output = await readFile(process.argv[2], 'utf8');
const expected = JSON.parse(await readFile(new URL('../videos/expected.json', import.meta.url), 'utf8'));
for (const [video, { frames, labels }] of Object.entries(expected)) {
  const every = Math.floor(frames / 3);
  const names = labels.map((label) => label.split(',')[0]).join('|');
  const row = new RegExp(`^${video} +${every} +${every} +yes +(${names}) `, 'm');
  if (!row.test(output))
    throw new Error(`the demo does not show ${video} complete, with ${every} frames of ${names}`);
}
console.log(`the demo shows ${Object.keys(expected).length} clips complete, with the right labels`);
