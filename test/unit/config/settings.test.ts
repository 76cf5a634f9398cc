import { describe, expect, it } from 'vitest';
import { effectiveSettings } from '../../../src/config/precedence.js';
import { readSwitch } from '../../../src/config/switches.js';
import { typedIn, type FlagForms } from '../../../src/config/typed.js';

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

describe('the address of a stream', () => {
  const flags: FlagForms = Object.fromEntries(
    ['stream', 'brokers', 'topic'].map((name) => [name, { type: 'option', env: `NO_${name}` }]),
  );
  const of = (text: string, rank: number) => ({ text, from: 'a file', rank });

  it.each([
    ['kafka://a:1/t', 1, 2, {}, 'kafka://a:1/t'],
    ['kafka://a:1/t', 2, 1, {}, 'kafka://b:2/u'],
    ['kafka://a:1/t', 1, 1, {}, 'kafka://a:1/t'],
    ['kafka://a:1/t', 1, 2, { topic: 'v' }, 'kafka://a:1/v'],
    ['kafka://a:1/t', 1, 2, { brokers: 'c:3' }, 'kafka://c:3/t'],
    ['kinesis://eu/t', 1, 2, { topic: 'v' }, 'kinesis://eu/v'],
    ['kinesis://eu/t', 1, 2, { brokers: 'c:3' }, undefined],
    ['kinesis://eu/t', 1, 2, { stream: 'pubsub://p/t' }, 'pubsub://p/t'],
  ])('%s of rank %d, brokers and topic of rank %d, typed %j: %s', (stream, own, others, typed, counts) => {
    const settings = { stream: of(stream, own), brokers: of('b:2', others), topic: of('u', others) };
    const effective = effectiveSettings(
      new Map(Object.entries(settings)),
      flags,
      new Map(Object.entries(typed)),
    );
    expect(effective.get('stream')?.text).toBe(counts);
  });
});

describe('a stream, and its parts besides, on one command line', () => {
  const flags: FlagForms = Object.fromEntries(
    ['stream', 'brokers', 'topic'].map((name) => [name, { type: 'option', env: `NO_${name}` }]),
  );
  const typing = (stream: string, others: Record<string, string>) => () =>
    effectiveSettings(new Map(), flags, new Map(Object.entries({ stream, ...others }))).get('stream')?.text;

  it.each([
    ['kinesis://eu/frames', { topic: 'foo' }, /--stream and --topic name different things/],
    ['kinesis://eu/frames', { brokers: 'a:1' }, /--stream and --brokers name/],
    ['kafka://a:1/t', { brokers: 'b:1', topic: 'u' }, /--stream and --topic and --brokers name/],
  ])('%s and %j are a contradiction', (stream, others, message) => {
    expect(typing(stream, others)).toThrow(message);
  });

  it('are none where they say the same', () => {
    expect(typing('kafka://a:1,b:2/t', { brokers: 'a:1,b:2', topic: 't' })()).toBe('kafka://a:1,b:2/t');
  });
});
