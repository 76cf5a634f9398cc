import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { jsonOf, workspace } from '../support/mvs.js';

const videos = fileURLToPath(new URL('../../videos/', import.meta.url));

it('a detector and a classifier give both for each frame', async () => {
  const { mvs, binary } = workspace();
  const clips = [join(videos, 'cat.webm'), join(videos, 'rocket.webm')];
  const models = ['--model', 'ssd-mobilenetv2', '--model', 'efficientnet-lite0'];
  const run = await binary('run', ...clips, '--every', '20', ...models, '--json');
  expect(run).toMatchObject({ exitCode: 0 });

  const cat = jsonOf(await mvs('query', 'cat', '--frames', '--model', 'ssd-mobilenetv2', '--json'));
  const object = { label: 'Cat', classIndex: 7, confidence: expect.any(Number) as number };
  const frame = { label: 'Cat', objects: [{ ...object, box: expect.any(Array) as number[] }] };
  const each = (frames: number, one: object) => Array.from({ length: frames }, () => one);
  expect(cat).toMatchObject({ stored: 5, frames: each(5, frame) });
  const classified = jsonOf(await mvs('query', 'cat', '--frames', '--model', 'efficientnet-lite0', '--json'));
  expect(classified).toMatchObject({
    stored: 5,
    frames: each(5, { label: expect.stringContaining('cat') as string }),
  });
  expect(JSON.stringify(classified)).not.toContain('objects');

  // A frame without an object has a record too.
  const rocket = jsonOf(await mvs('query', 'rocket', '--frames', '--model', 'ssd-mobilenetv2', '--json'));
  expect(rocket).toMatchObject({
    complete: true,
    frames: each(3, { label: 'nothing', confidence: 0, objects: [] }),
  });

  const { stdout } = await mvs('query', '--objects', '--format', 'csv', '--model', 'ssd-mobilenetv2');
  const [head, ...rows] = stdout.trim().split('\n');
  expect(head).toMatch(/^video,frame,time,label,classIndex,confidence,.*,x,y,width,height$/);
  expect(rows).toHaveLength(5);
  for (const row of rows) expect(row).toMatch(/^cat,\d+,[\d.]+,Cat,7,0\.\d+,.*(,[01](\.\d+)?){4}$/);
  const table = await mvs('query', 'cat', '--frames', '--model', 'ssd-mobilenetv2');
  expect(table.stdout).toMatch(/OBJECTS\n.* 1 Cat\n/);
  const alone = await mvs('query', 'cat', '--objects');
  expect(alone).toMatchObject({ exitCode: 2 });
  expect(alone.stderr).toContain('--objects needs --format ndjson, csv or parquet');
});
