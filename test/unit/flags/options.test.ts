import { Parser } from '@oclif/core';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { consumeFlags, consumeOptions } from '../../../src/flags/consuming.js';
import { produceFlags, produceOptions } from '../../../src/flags/producing.js';

const { signal } = new AbortController();

describe('the options of a consumer', () => {
  const optionsOf = async (argv: string[], model: { topK?: number } = {}) => {
    const { flags } = await Parser.parse(argv, { flags: consumeFlags });
    return consumeOptions(flags, { model, members: 1, signal });
  };

  it.each([
    [['--top-k', '3'], { topK: 5 }, 3],
    [[], { topK: 5 }, 5],
    [[], {}, 1],
  ])('%j with the model %j keeps %d predictions', async (argv, model, topK) => {
    expect(await optionsOf(argv, model)).toMatchObject({ topK });
  });

  it('are in milliseconds', async () => {
    const argv = ['--stall-timeout', '7', '--linger', '8', '--session-timeout', '9000'];
    expect(await optionsOf(argv)).toMatchObject({
      stallTimeoutMs: 7000,
      lingerMs: 8,
      sessionTimeoutMs: 9000,
    });
  });
});

describe('the options of a producer', () => {
  const optionsOf = async (...argv: string[]) =>
    produceOptions(await Parser.parse(argv, { flags: produceFlags }), { signal, log: silentLog });

  it('are in milliseconds', async () => {
    const argv = ['--stall-timeout', '7', '--publish-linger', '8', '--max-duration', '2m'];
    expect(await optionsOf(...argv)).toMatchObject({ stallMs: 7000, lingerMs: 8, maxDurationMs: 120_000 });
  });

  it('have no end for a live source unless it is given', async () => {
    expect(await optionsOf()).not.toHaveProperty('maxDurationMs');
  });

  it.each([
    [[], { every: 3 }],
    [['--fps', '1/2'], { fps: 0.5 }],
    [['--keyframes'], { keyframes: true }],
  ])('%j chooses frames', async (argv, samplingMethod) => {
    expect(await optionsOf(...argv)).toMatchObject({ samplingMethod });
  });
});
