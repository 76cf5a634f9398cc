import { describe, expect, it } from 'vitest';
import { renderLag } from '../../src/ui/lag.js';
import { renderTable } from '../../src/ui/table.js';
import { bytes, clock, percent, plural } from '../../src/ui/units.js';

describe('units', () => {
  it('say times as a player does', () => {
    expect([0, 7.34, 59.96, 61.2, 3723].map(clock)).toEqual([
      '0:00.0',
      '0:07.3',
      '1:00.0',
      '1:01.2',
      '1:02:03.0',
    ]);
  });

  it('say bytes in the nearest unit', () => {
    expect([0, 1023, 1024, 1_468_006, 3 * 1024 ** 3].map(bytes)).toEqual([
      '0 B',
      '1023 B',
      '1.0 KiB',
      '1.4 MiB',
      '3.0 GiB',
    ]);
  });

  it('count in plain English', () => {
    expect([plural(1, 'video'), plural(2, 'video')]).toEqual(['1 video', '2 videos']);
  });

  it('say fractions in percent', () => {
    expect(percent(0.93449)).toBe('93.4 %');
  });
});

describe('a table', () => {
  it('has no borders, numbers to the right and - for nothing', () => {
    const lines = renderTable(
      ['VIDEO', 'FRAMES'],
      [
        ['cat', 7],
        ['espresso', null],
        ['rocket', 123],
      ],
    ).split('\n');
    expect(lines).toEqual(['VIDEO     FRAMES', 'cat            7', 'espresso       -', 'rocket       123']);
  });

  it('hands no control characters to the terminal', () => {
    expect(renderTable(['NAME'], [['a\u001b[2Jb\nc\u0007']])).toBe('NAME\na [2Jb c');
  });

  it('shows lag in the columns of kafka-consumer-groups.sh', () => {
    const row = {
      topic: 't',
      partition: 0,
      currentOffset: null,
      logEndOffset: 5,
      lag: 5,
      consumerId: null,
      host: null,
    };
    const lines = renderLag('g', [row], 5)
      .split('\n')
      .map((line) => line.split(/\s+/));
    expect(lines).toEqual([
      ['GROUP', 'TOPIC', 'PARTITION', 'CURRENT-OFFSET', 'LOG-END-OFFSET', 'LAG', 'CONSUMER-ID', 'HOST'],
      ['g', 't', '0', '-', '5', '5', '-', '-'],
      ['TOTAL', '5'],
    ]);
  });
});
