import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openStream, publish } from '../support/fresh.js';
import { jsonOf, workspace } from '../support/mvs.js';
import { messagesOf } from '../support/pipeline.js';
import { sharedStack } from '../support/stack.js';
import { description, tinyModelIn, writeTinyModelTo } from '../support/tiny-model.js';
import { useWorkingFolder } from '../support/working-folder.js';

const counting = fileURLToPath(new URL('../support/count-decodes.mjs', import.meta.url));

const workingFolder = useWorkingFolder();

it('decodes a frame once for two networks that need the same pixels', async () => {
  const folder = workingFolder();
  await writeTinyModelTo(join(folder, 'other'), description.replace('name: tiny', 'name: other'));
  const decodes = join(folder, 'decodes');
  const { topic, binary } = workspace({ MVS_TEST_DECODES: decodes, NODE_OPTIONS: `--import=${counting}` });
  const stream = await openStream(topic);
  await stream.createTopic({ partitions: 1, replicationFactor: 1 });
  await publish(stream, await messagesOf('cat', 30));
  const models = ['--model', tinyModelIn(sharedStack().cache), '--model', join(folder, 'other', 'tiny.onnx')];
  const consumed = await binary('consume', '--until-drained', '--batch', '8', ...models, '--json');
  expect(jsonOf(consumed)).toMatchObject({
    frames: 30,
    stored: 60,
    models: [{ stored: 30 }, { stored: 30 }],
  });
  expect(await readFile(decodes, 'utf8')).toBe('.'.repeat(30));
});
