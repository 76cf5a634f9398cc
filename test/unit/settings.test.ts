import { describe, expect, it } from 'vitest';
import { readSwitch } from '../../src/config/switches.js';
import { typedIn, type FlagForms } from '../../src/config/typed.js';

describe('a switch', () => {
  it.each(['1', 'true', 'yes', 'Y', 'on', ' ON '])('is on by %j', (text) => {
    expect(readSwitch(text)).toBe(true);
  });

  it.each(['0', 'false', 'no', 'N', 'off'])('is off by %j', (text) => {
    expect(readSwitch(text)).toBe(false);
  });

  it.each(['maybe', '2', 'tru', ''])('is neither by %j', (text) => {
    expect(readSwitch(text)).toBeUndefined();
  });
});

describe('the flags of a command line', () => {
  const option = { type: 'option' } as const;
  const flags: FlagForms = {
    ...{ topic: option, every: { ...option, char: 'e' }, profile: option },
    ...{ quiet: { type: 'boolean', char: 'q' }, verbose: { type: 'boolean', char: 'v' } },
    ...{ force: { type: 'boolean', aliases: ['yes'], charAliases: ['y'] }, progress: { type: 'boolean' } },
  };

  it.each([
    [['--topic', 'a', 'b'], { topic: 'a' }],
    [['--topic=a=b'], { topic: 'a=b' }],
    [['--topicc', 'a'], {}],
    [['-e5'], { every: '5' }],
    [['-e', '5', '-vq'], { every: '5', verbose: 'true', quiet: 'true' }],
    [['-ve=5'], { verbose: 'true', every: '5' }],
    [['--no-progress'], { progress: 'false' }],
    [['--yes'], { force: 'true' }],
    [['-y'], { force: 'true' }],
    [['--profile', 'a', '--profile', 'b'], { profile: 'b' }],
    [['--', '--topic', 'a'], {}],
    [['-', '--every'], { every: '' }],
  ])('%j', (argv, typed) => {
    expect(Object.fromEntries(typedIn(argv, flags))).toEqual(typed);
  });
});
