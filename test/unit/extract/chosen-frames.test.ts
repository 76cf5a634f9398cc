import { describe, expect, it } from 'vitest';
import { ChosenFrames } from '../../../src/core/extract/chosen-frames.js';
import { Diagnostics } from '../../../src/core/extract/diagnostics.js';

function printed(...lines: string[]): ChosenFrames {
  const log = new Diagnostics();
  for (const line of lines) log.line(line);
  expect(log).toMatchObject({ damaged: false });
  return log.chosen;
}

const refused = { code: 'EXTRACTOR_FAILED' };

describe('the numbers that ffmpeg prints', () => {
  it('are given to the pictures in their order, as old and new versions write them', async () => {
    const old = printed('[info] 1.000000', '[verbose] 0.000000', '[info] 14.000000', '[verbose] 520.000000');
    expect([await old.next(0), await old.next(520)]).toEqual([1, 14]);
    const later = printed(
      '[Eval @ 0x7fc4bd2572b0] [info] 14.000000',
      '[Eval @ 0x7fc4bd257250] [verbose] 520.000000',
      // It asks for the time of the end too.
      '[Eval @ 0x7fc4bd2572f0] [verbose] 3520.000000',
    );
    expect(await later.next(520)).toBe(14);
    expect(later.count).toBe(1);
  });

  it('are waited for where the picture comes first', async () => {
    const log = new Diagnostics();
    const number = log.chosen.next(40);
    log.line('[info] 2.000000');
    log.line('[verbose] 40.000000');
    expect(await number).toBe(2);
  });

  it('are not looked for in what a file says of itself', () => {
    const { count } = printed(
      '[info]     title           : 5.000000',
      '[info]                     : 5.000000',
    );
    expect(count).toBe(0);
  });

  it('never go to a picture of another time, nor to one too many', async () => {
    const lost = printed('[info] 1.000000', '[verbose] 0.000000', '[info] 2.000000', '[verbose] 40.000000');
    await expect(lost.next(40)).rejects.toMatchObject(refused);
    const silent = printed();
    const number = silent.next(0);
    silent.end();
    await expect(number).rejects.toMatchObject(refused);
  });

  it('are refused where they do not ascend, as those that a file made up', async () => {
    const forged = printed(
      ...[
        '[info] 5.000000',
        '[info] 1.000000',
        '[verbose] 0.000000',
        '[info] 2.000000',
        '[verbose] 40.000000',
      ],
    );
    expect(await forged.next(0)).toBe(5);
    await expect(forged.next(40)).rejects.toMatchObject(refused);
  });

  it('are not collected without end', async () => {
    const chosen = new ChosenFrames();
    for (let frame = 1; frame <= 100_001; frame++) chosen.printed('info', frame);
    await expect(chosen.next(0)).rejects.toMatchObject(refused);
  });
});
