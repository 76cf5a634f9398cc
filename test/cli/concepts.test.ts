import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadModel } from '../../src/core/classifier/load-model.js';
import { versionOf } from '../../src/core/classifier/version.js';
import type { Prediction } from '../../src/core/frames/frame.js';
import { versionId } from '../../src/core/frames/model-version.js';
import { openMongo } from '../../src/core/store/mongo.js';
import { endOf, record, runOf } from '../contract/store/store.js';
import { freshStoreUrl } from '../support/fresh.js';
import { bundledNetwork, jsonOf, workspace } from '../support/mvs.js';

const clip = fileURLToPath(new URL('../../videos/cat.webm', import.meta.url));
const model = await loadModel('efficientnet-lite0');

/** The class of ImageNet whose label begins so. */
function classOf(start: string, confidence = 0.5): Prediction {
  const classIndex = model.labels.findIndex((label) => label.startsWith(start));
  return { label: model.labels[classIndex] ?? '', classIndex, confidence };
}

/** Each frame with its predictions, best first. */
const shown: Readonly<Record<string, readonly (readonly Prediction[])[]>> = {
  dogs: [
    [classOf('beagle', 0.15), classOf('pug', 0.15), classOf('boxer', 0.15), classOf('kelpie', 0.15)],
    [classOf('pug', 0.8), classOf('tabby', 0.1)],
    [classOf('rocking chair', 0.4), classOf('beagle', 0.3)],
    [classOf('timber wolf', 0.6)],
  ],
  others: [
    [classOf('hotdog')],
    [classOf('sulphur-crested cockatoo')],
    [classOf('ocarina')],
    [{ label: 'crane', classIndex: 134, confidence: 0.5 }],
    [{ label: 'crane', classIndex: 517, confidence: 0.5 }],
    [classOf('prison')],
  ],
};

/** Results of the bundled network, as a consumer stores them. */
async function withResults() {
  const url = freshStoreUrl();
  await using store = await openMongo(url);
  const results = store.of(await versionOf(model));
  for (const [video, frames] of Object.entries(shown)) {
    await results.claim(runOf(video, { sampling: 'every=1' }));
    await results.save(
      frames.map((top, n) => record(video, n + 1, { ...top[0], ...(top.length > 1 && { top }) })),
    );
    await results.finish(endOf(video, 1, frames.length));
  }
  return workspace({ MVS_STORE: url, ...bundledNetwork });
}

describe('query --label', () => {
  it('finds concepts, and nothing that only contains the text', async () => {
    const { mvs } = await withResults();
    const found = async (...flags: string[]) => {
      const { stdout } = await mvs('query', ...flags, '--format', 'ndjson');
      return stdout.split('\n').flatMap((line) => {
        if (line === '') return [];
        const { video, frame } = JSON.parse(line) as { video: string; frame: number };
        return [`${video} ${frame}`];
      });
    };
    expect(await found('--label', 'dog')).toEqual(['dogs 1', 'dogs 2']);
    expect(await found('--label', 'cat')).toEqual([]);
    expect(await found('--label', 'car')).toEqual([]);
    expect(await found('--label', 'birds')).toEqual(['others 2', 'others 4']);
    expect(await found('--label', 'crane:device')).toEqual(['others 5']);
    expect(await found('--label', 'dog', '--label', 'bird', '--not-label', 'pug')).toEqual([
      ...['dogs 1', 'others 2', 'others 4'],
    ]);
    expect(await found('--label', '*wolf*')).toEqual(['dogs 4']);
    expect(await found('--label', 'dog', '--rank', '2')).toEqual(['dogs 1', 'dogs 2', 'dogs 3']);
    const surely = ['--label', 'dog', '--min-confidence', '0.5'];
    expect(await found(...surely)).toEqual(['dogs 2']);
    expect(await found(...surely, '--sum')).toEqual(['dogs 1', 'dogs 2']);
  });

  it.each([
    [['--rank', '5'], '--rank 5: only 4 predictions per frame are stored'],
    [['--rank', '2'], '--rank 2: only 1 prediction per frame is stored for 1 of 2 videos'],
    [['--rank', '2', '--frames'], '--rank 2: only 1 prediction per frame is stored for 1 of 2 videos'],
    [['--sum', '--format', 'csv'], '--sum: only 1 prediction per frame is stored for 1 of 2 videos'],
  ])('%j warns where fewer predictions are stored', async (flags, warning) => {
    const { mvs } = await withResults();
    const { stderr } = await mvs('query', '--label', 'dog', ...flags);
    expect(stderr).toBe(`warn: ${warning}; "mvs consume --top-k" stores more`);
    expect((await mvs('query', 'dogs', '--label', 'dog', '--sum')).stderr).toBe('');
  });

  it('says what it took a text for, and what the network does not know', async () => {
    const { mvs } = await withResults();
    const crane = await mvs('query', '--label', 'crane');
    expect(crane.stderr).toMatch(/^info: "crane" is ambiguous.*--label crane:bird.*--label crane:device/);
    const cat = await mvs('query', '--label', 'cat');
    expect(cat.stderr).toBe(
      'info: "cat" means cat, true cat, kitten (7 classes); it can also mean big cat (6 classes, --label n02127808)',
    );
    const person = await mvs('query', '--label', 'person');
    expect(person).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^no frames match/) as string,
    });
    expect(person.stderr).toMatch(/^info: "person": The network was not trained to find people/);
    const woman = await mvs('query', 'others', '--label', 'woman', '--json');
    expect(woman.stderr).toBe('warn: efficientnet-lite0 knows no "woman"');
    expect(jsonOf(woman)).toMatchObject({ frames: [], didYouMean: ['person'] });
  });

  it('names the bundled detector for what a classifier hardly knows, and for what it has not found', async () => {
    const { mvs, env } = await withResults();
    const finds = 'ssd-mobilenetv2, a detector, finds';
    const relabel =
      'run "mvs relabel --model ssd-mobilenetv2", then repeat this command with --model ssd-mobilenetv2';
    // Said at once, because a few frames may match all the same.
    const person = await mvs('query', '--label', 'person');
    expect(person.stderr.split('\n').slice(1)).toEqual([`info: ${finds} "person": ${relabel}`]);
    expect(person.stdout).toMatch(/^no frames match; "mvs labels" lists what the frames show$/m);
    const car = await mvs('query', 'others', '--label', 'car', '--label', 'cat', '--label', 'dog');
    expect(car.stdout).toContain(
      `\n\nno frames match; "mvs labels" lists what the frames show. ${finds} "car" and "cat" and "dog": ${relabel}`,
    );
    expect(car.stderr).not.toContain('detector');
    const streamed = await mvs('query', 'others', '--label', 'dog', '--format', 'csv');
    expect(streamed.stderr).toContain(`. ${finds} "dog": ${relabel}`);
    for (const label of ['dog', 'unicorn', 'elephant']) {
      const { stdout, stderr } = await mvs('query', '--label', label);
      expect([label, (stdout + stderr).includes('detector')]).toEqual([label, false]);
    }

    const detector = await versionOf(await loadModel('ssd-mobilenetv2'));
    await using store = await openMongo(String(env.MVS_STORE));
    const objects = [{ label: 'Person', classIndex: 3, confidence: 0.5, box: [0, 0, 1, 1] as const }];
    await store.of(detector).save([record('dogs', 1, { label: 'Person', classIndex: 3, objects })]);
    const id = versionId(detector);
    const stored = await mvs('query', '--label', 'person');
    expect(stored.stderr).toContain(`${finds} "person": repeat this command with --model ${id}`);
    const asked = await mvs('query', '--label', 'person', '--model', id);
    expect(asked.stdout).toMatch(/1 frame in 1 of 2 videos/);
    const none = await mvs('query', '--label', 'dog', '--model', id);
    expect(none.stdout).toContain(`no frames match; "mvs labels --model ${id}" lists what the frames show\n`);
  });

  it('shows one segment of a concept where the class changes, and the sum that was asked for', async () => {
    const { mvs } = await withResults();
    expect(jsonOf(await mvs('query', '--label', 'dog', '--json'))).toMatchObject({
      matches: [{ video: 'dogs', frames: 2, segmentCount: 1, segments: [{ label: 'dog', frames: 2 }] }],
    });
    const sums = await mvs('query', 'dogs', '--label', 'dog', '--sum', '--min-confidence', '0.5');
    expect(sums.stdout).toMatch(/LABEL +CONFIDENCE +SUM +PREDICTION 2/);
    expect(sums.stdout).toMatch(/beagle +15\.0 % +60\.0 % +pug/);
  });
});

it('query --level groups a summary, of one video or of all', async () => {
  const { mvs } = await withResults();
  expect(jsonOf(await mvs('query', 'dogs', '--level', '1', '--json'))).toMatchObject({
    labels: [
      { label: 'dog', count: 2, firstFrame: 1, lastFrame: 2 },
      { label: 'furniture', count: 1 },
      { label: 'wolf', count: 1 },
    ],
    segments: [{ label: 'dog', frames: 2 }, { label: 'furniture' }, { label: 'wolf' }],
  });
  expect(await mvs('query', '--level', '1')).toMatchObject({
    stdout: expect.stringMatching(/^dogs +4 +4 +yes +dog +50\.0 %/m) as string,
    stderr: '',
  });
  expect((await mvs('query', '--level', '3')).stderr).toBe(
    'warn: --level 3: the hierarchy of these classes has only 2 levels',
  );
});

describe('labels', () => {
  it('lists concepts and classes as a tree, with their frames', async () => {
    const { mvs } = await withResults();
    const { stdout } = await mvs('labels');
    expect(stdout).toMatch(/^animal, .* +5 +398 +n00015388$/m);
    expect(stdout).toMatch(/^ {6,}dog, domestic dog, Canis familiaris +2 +118 +n02084071$/m);
    expect(stdout).not.toContain('tabby');
    const dogs = jsonOf(await mvs('labels', 'dogs', '--json')) as {
      labels: { names: string[]; depth: number; frames: number; classIndex: number | null }[];
    };
    expect(dogs.labels[0]).toMatchObject({ depth: 0, frames: 2, classIndex: null, classes: 118 });
    expect(dogs.labels.filter(({ classIndex }) => classIndex !== null)).toHaveLength(118);
    expect(dogs.labels.find(({ names }) => names[0] === 'tabby')).toBeUndefined();
    // A submarine is a ship first.
    expect((await mvs('labels', 'military vehicle')).stdout).toMatch(/^ {4}submarine, /m);
    expect((await mvs('labels', 'terier')).stdout).toMatch(
      /^no concept or class has this name\. Did you mean "terrier"/,
    );
    expect((await mvs('labels', 'xyzzy')).stdout).toMatch(
      /^no concept or class has this name; "mvs labels --all"/,
    );
  });

  it('are completed', async () => {
    const { mvs } = await withResults();
    const { stdout } = await mvs('names', 'labels', '--starting', 'dog');
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['dog', 'dogsled']));
  });
});

describe('a network of one’s own', () => {
  const hierarchy = {
    classes: ['red', 'green', 'blue'],
    concepts: {
      colour: { names: ['colour', 'hue'] },
      red: { above: ['colour'] },
      green: { above: ['colour'] },
      blue: { above: ['colour'] },
    },
  };

  it('leaves its hierarchy in the database for readers without the network', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mvs-colours-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { mvs, env } = workspace();
    await cp(dirname(String(env.MVS_MODEL)), folder, { recursive: true });
    await appendFile(join(folder, 'model.yaml'), 'hierarchy: hierarchy.json\n');
    await writeFile(join(folder, 'hierarchy.json'), JSON.stringify({ ...hierarchy, classes: ['red'] }));
    const broken = await mvs('run', clip, '--every', '10', '--model', join(folder, 'tiny.onnx'));
    expect(broken).toMatchObject({ exitCode: 78 });
    expect(broken.stderr).toContain('has 1 classes, but there are 3 labels');
    await writeFile(join(folder, 'hierarchy.json'), JSON.stringify(hierarchy));
    await mvs('run', clip, '--every', '10', '--model', join(folder, 'tiny.onnx'));
    await rm(folder, { recursive: true });
    const { frames, didYouMean } = jsonOf(await mvs('query', 'cat', '--label', 'hues', '--json')) as {
      frames: unknown[];
      didYouMean?: string[];
    };
    // "hue" is a name of all three colours, and of no label.
    expect([frames.length, didYouMean]).toEqual([10, undefined]);
  });
});
