import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { complete, type Commands } from '../../../src/cli/completion/complete.js';
import { kindOfArgument } from '../../../src/cli/completion/kinds.js';

const manifest = new URL('../../../oclif.manifest.json', import.meta.url);
const { commands } = JSON.parse(readFileSync(manifest, 'utf8')) as { commands: Commands };
const shown = Object.values(commands).filter(({ hidden }) => !hidden);

const at = (line: string) => complete(line.split(' '), commands);
const valuesAt = (line: string): string[] => at(line).candidates.map(({ value }) => value);

describe('completion', () => {
  it.each([
    ['vid', ['videos:delete']],
    ['topic:c', ['topic:create']],
    ['topic c', ['create']],
    ['nothing-like-this', []],
    ['produce --every', ['--every']],
    ['produce --no-p', ['--no-progress']],
    // Given once, it is not offered again; this one can be repeated.
    ['produce --every 3 --ever', []],
    ['produce --name a --nam', ['--name', '--name-from']],
    ['consume --engine tfjs', ['tfjs-node', 'tfjs-wasm']],
    ['consume --engine=tfjs', ['--engine=tfjs-node', '--engine=tfjs-wasm']],
    ['query --format n', ['ndjson']],
    ['query -o n', ['ndjson']],
    ['query --sort -c', ['-confidence']],
    ['run --preset l', ['latency']],
    ['--json consume --log-level d', ['debug']],
    ['topic create --partitions', ['--partitions']],
    ['offsets:reset --to e', ['earliest']],
    // A number, an address: nothing to offer, and no files either.
    ['consume --batch ', []],
    ['consume --brokers ', []],
  ])('of "mvs %s" is %j', (line, expected) => {
    expect(valuesAt(line)).toEqual(expected);
    expect(at(line).paths).toBeUndefined();
  });

  it.each([
    ['produce vid', 'files'],
    ['produce --every 3 a.mp4 ', 'files'],
    ['produce -- --a', 'files'],
    ['run vid', 'files'],
    ['produce --watch rec', 'folders'],
    ['produce -w rec', 'folders'],
    ['consume --labels lab', 'files'],
    ['consume --labels=lab', 'files'],
    ['report --out rep', 'files'],
    ['up --home x', 'folders'],
  ])('of "mvs %s" is left to the shell: %s', (line, paths) => {
    expect(at(line)).toEqual({ candidates: [], paths });
  });

  it.each([
    ['query ca', 'videos', 'ca'],
    ['verify cat ', 'videos', ''],
    ['topic delete ', 'topics', ''],
    ['consume --topic t', 'topics', 't'],
    ['consume --model e', 'models', 'e'],
    ['models:show r', 'models', 'r'],
    ['models:activate e', 'versions', 'e'],
    ['models:show r --with e', 'versions', 'e'],
    ['results:delete --model e', 'versions', 'e'],
    ['results:delete --model e c', 'videos', 'c'],
    ['diff ne', 'versions', 'ne'],
    ['diff net --frames net-', 'versions', 'net-'],
    ['diff net net-int8 ca', 'videos', 'ca'],
    ['query --model ne', 'versions', 'ne'],
    ['verify --model=ne', 'versions', 'ne'],
    ['report --model ne', 'versions', 'ne'],
    ['report --diff ne', 'versions', 'ne'],
    ['produce --profile p', 'profiles', 'p'],
  ])('of "mvs %s" looks up %s', (line, kind, word) => {
    expect(at(line)).toMatchObject({ candidates: [], names: { kind, word } });
  });

  it('knows what each argument is, and offers no command in its place', () => {
    for (const { id, args } of shown) {
      for (const { name, options } of Object.values(args))
        expect(options ?? kindOfArgument(id, name), `${id} ${name}`).toBeDefined();
      for (const word of ['', 'd', 'vid', 'topic:'])
        for (const value of valuesAt(`${id} ${word}`)) expect(Object.keys(commands)).not.toContain(value);
    }
  });

  it('stops after the last argument', () => {
    expect(at('query cat ')).toEqual({ candidates: [] });
  });
});
