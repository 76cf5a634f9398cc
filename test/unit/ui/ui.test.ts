import stringWidth from 'string-width';
import * as v from 'valibot';
import { noTotals } from '../../../src/core/consume/consume.js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MvsError, type ErrorCode } from '../../../src/core/base/errors.js';
import { problemsOf } from '../../../src/core/base/problems.js';
import type { FailedVideo } from '../../../src/core/produce/outcome.js';
import { quoted } from '../../../src/core/base/text.js';
import { plural } from '../../../src/core/base/text.js';
import { renderTitle, renderVideos } from '../../../src/ui/answers.js';
import { renderConsumed } from '../../../src/ui/consumed.js';
import { renderLag, renderLagLine, renderLagOnce } from '../../../src/ui/lag.js';
import { stderrLog, type OperatorLog } from '../../../src/ui/log.js';
import { produceReport, renderProduced } from '../../../src/ui/produced.js';
import { renderRun } from '../../../src/ui/ran.js';
import { renderServers } from '../../../src/ui/servers.js';
import { renderTable } from '../../../src/ui/table.js';
import { renderVerdicts } from '../../../src/ui/verdicts.js';
import { bytes, clock, percent } from '../../../src/ui/units.js';

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
});

describe('what was published', () => {
  const error = (code: ErrorCode) => new MvsError(code, 'why');
  const part = { video: 'b', framesPublished: 86, bytes: 2048, seconds: 1 };
  const render = (failed: FailedVideo[]) =>
    renderProduced(produceReport('t', { videos: [], failed, seconds: 1.5 }, []));

  it('counts the frames of videos that did not come to their end, and names these', () => {
    const text = render([
      { source: '/b.webm', error: error('INTERRUPTED'), part },
      { source: '/c.webm', error: error('STALLED'), part: { ...part, video: 'c', framesPublished: 1 } },
      { source: '/d.webm', error: error('INTERRUPTED'), part: { ...part, video: 'd', framesPublished: 0 } },
      { source: '/e.webm', error: error('NO_INPUT') },
    ]);
    const [, b, c, d, , sum] = text.split('\n').map((line) => line.replaceAll(/\s+/g, ' '));
    expect([b, c, d]).toEqual([
      'b - 86 2.0 KiB 1.0 s stopped',
      'c - 1 2.0 KiB 1.0 s failed',
      'd - 0 2.0 KiB 1.0 s stopped',
    ]);
    expect(sum).toBe('87 frames of 2 videos published to t in 1.5 s, 0 complete, 2 not finished, 2 failed');
  });

  it('is nothing to tell where all inputs failed at once: their errors say it', () => {
    expect(render([{ source: '/e.webm', error: error('NO_INPUT') }])).toBe('');
    expect(render([])).toBe('0 frames of 0 videos published to t in 1.5 s');
  });
});

describe('a table of servers', () => {
  const server = { name: 'kafka', running: true, provider: 'java', version: '4.3.1', pid: 12345 } as const;
  const servers = [{ ...server, address: '127.0.0.1:9092' }];
  it.each([
    [60, 'SERVER STATE PROVIDER VERSION ADDRESS PID'],
    [50, 'SERVER STATE PROVIDER VERSION ADDRESS'],
    [31, 'SERVER STATE ADDRESS'],
  ])('fits into %d columns', (width, head) => {
    const lines = renderServers(servers, width).split('\n');
    expect(lines[0]?.split(/\s+/).join(' ')).toBe(head);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
  });
});

describe('what was consumed', () => {
  const none = { ...noTotals };
  const network = { engine: 'onnxruntime', model: 'm', modelVersion: 'm@0123456789ab' };
  const about = { group: 'g', topic: 't', framesPerSecond: 0, ...network };

  it.each([
    [{}, /^no frames received from t$/],
    [{ frames: 3, stored: 3 }, /^3 of 3 frames stored in /],
    [{ frames: 440, stored: 390, duplicates: 50 }, /^440 frames: 390 new, 50 already stored in /],
    [{ frames: 1, deadLettered: 1 }, /^0 of 1 frames stored, 1 message dead-lettered to t\.dlq in /],
    [
      { expired: [{ partition: 2, messages: 9 }] },
      /^no frames received from t, 9 messages deleted by retention before they were read/,
    ],
  ])('%j is told so that nothing seems to be lost', (counts, text) => {
    const { stored, duplicates, ...all } = { ...none, ...counts };
    const models = [{ ...network, stored, duplicates }];
    expect(renderConsumed({ ...all, stored, duplicates, ...about, models })).toMatch(text);
  });

  const next = { servers: [], active: 'net@0123456789ab', raw: [] };
  const typed = (flag: string, input: string) => ({ type: 'flag', flag, input });
  function runOf(name: string) {
    const produced = { topic: 't', videos: [], failed: [], seconds: 1 };
    const label = { label: 'a', classIndex: 1, count: 1, meanConfidence: 1, firstFrame: 1, lastFrame: 1 };
    const labels = [{ ...label, firstTime: 0, lastTime: 0 }];
    const counts = { expected: 1, stored: 1, deadLettered: 0, missing: 0, complete: true, damaged: false };
    const modelVersion = 'net@0123456789ab';
    const video = { video: name, modelVersion, ...counts, duration: 1, updated: null, labels };
    return { produced, consumed: null, videos: [video] };
  }

  it.each([true, false])('and whether servers of ours go on: %j', (own) => {
    const text = renderRun(runOf('cat'), { ...next, servers: own ? [{ provider: 'docker' }] : [] });
    expect(text.includes('The servers keep running until "mvs down".')).toBe(own);
    expect(text.split('\n').at(-1)).toMatch(/See more with: mvs query cat --frames$/);
  });

  it.each([
    ['cat', { active: 'net@0123456789ab' }, 'cat --frames'],
    ['cat', { active: 'other@0123456789ab' }, 'cat --frames --model net@0123456789ab'],
    ['a $(b) `c`', {}, "'a $(b) `c`' --frames"],
    ['-x', {}, '--frames -- -x'],
    [
      'cat',
      { raw: [typed('home', '/h'), typed('every', '3'), typed('store', 'mongodb://db/x')] },
      'cat --frames --home /h --store mongodb://db/x',
    ],
  ])('and a command that shows these results of %j: %j', (video, about, query) => {
    const text = renderRun(runOf(video), { ...next, ...about });
    expect(text.split('\n').at(-1)).toBe(`See more with: mvs query ${query}`);
  });
});

describe('answers and verdicts', () => {
  const name = 'bbb_sunflower_1080p_30fps';
  const label = { label: 'soft-coated wheaten terrier, wheat', count: 5, meanConfidence: 0.5 };
  const range = { firstFrame: 1, lastFrame: 9, firstTime: 0, lastTime: 9 };
  const labels = [{ ...label, ...range, classIndex: 202 }];
  const counts = {
    video: name,
    modelVersion: null,
    expected: 16_384,
    stored: 16_384,
    deadLettered: 0,
    missing: 0,
    complete: true,
  };
  const answer = { ...counts, duration: 97, updated: new Date(), labels };
  const videos = [
    { ...answer, damaged: true },
    { ...answer, video: '猫'.repeat(20), damaged: false },
  ];
  const verdict = { ...counts, surplus: 0, unexpected: 0, damaged: false, missingFrames: [] };
  const verdicts = [
    { ...verdict, damaged: true },
    { ...verdict, video: 'b', surplus: 1, unexpected: 2, missing: 3, complete: false },
    { ...verdict, video: 'c', expected: null, missing: null, complete: false },
    { ...verdict, video: 'd', expected: null, missing: null, complete: false },
  ];
  const widthOf = (text: string) => Math.max(...text.split('\n').map((line) => stringWidth(line)));

  it.each([100, 80, 70])('fit into %d columns', (width) => {
    const list = renderVideos(videos, width);
    expect(widthOf(list)).toBeLessThanOrEqual(width);
    expect(list).toContain('soft-coa');
    expect(widthOf(renderVerdicts(verdicts, false, width).split('\n\n', 1)[0] ?? '')).toBeLessThanOrEqual(
      width,
    );
  });

  it('are whole where there is room', () => {
    expect(renderVideos(videos)).toMatch(
      /SHARE +DURATION +UPDATED\n.* damaged +soft-coated wheaten terrier /,
    );
    expect(renderVideos(videos)).not.toContain('…');
  });

  it('say once below the table what a verdict means', () => {
    const [table = '', notes = ''] = renderVerdicts(verdicts, false).split('\n\n');
    expect(table.split('\n').map((line) => line.split(/ {2,}/).at(-1))).toEqual([
      'VERDICT',
      'complete, damaged',
      'incomplete',
      'no end yet',
      'no end yet',
    ]);
    expect(notes.split('\n')).toEqual([
      expect.stringMatching(/^no end yet: /),
      'b: 1 record too many',
      'b: 2 records of frames that were never published',
    ]);
  });
});

describe('what others wrote', () => {
  const evil = '\u001b]0;title\u0007\u009b2J';
  const written = (write: (log: OperatorLog) => void, format: 'text' | 'json' = 'text'): string => {
    const spy = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => {
      spy.mockRestore();
    });
    write(stderrLog('debug', format));
    return spy.mock.calls.map(([text]) => String(text)).join('');
  };

  it('commands no terminal in a log, and begins no line there', () => {
    const text = written((log) => {
      log.warn(`${evil}\nerror: forged`);
      log.debug(evil);
      log.error(new MvsError('USAGE', evil, { hint: `one\n${evil}` }));
    });
    expect(text).toMatch(/^[^\p{Cc}]+\n[^\p{Cc}]+\n[^\p{Cc}]+\n[^\p{Cc}]+\n[^\p{Cc}]+\n$/u);
    expect(text).toMatch(/^warn: .*error: forged$/m);
  });

  it('stays itself in a log for programs', () => {
    const text = written((log) => {
      log.warn(evil);
    }, 'json');
    expect(text.trimEnd()).not.toMatch(/\p{Cc}/u);
    expect(JSON.parse(text)).toMatchObject({ msg: evil });
  });

  it('commands no terminal in the name of a video', () => {
    const counts = { expected: 2, stored: 1, deadLettered: 0, missing: 1, complete: false };
    const video = { video: evil, modelVersion: evil, ...counts };
    const answer = { ...video, damaged: false, duration: null, updated: null, labels: [] };
    const verdict = { ...video, surplus: 0, unexpected: 0, damaged: false, deadLetteredFrames: [] };
    const missingFrames = [{ from: 2, to: 2, count: 1 }];
    const text = renderTitle(answer) + renderVerdicts([{ ...verdict, missingFrames }], true);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(quoted(evil)).toBe(JSON.stringify(evil).replace('\u009b', '\\u009b'));
  });

  it('is cut where a message repeats it', () => {
    const { issues = [] } = v.safeParse(v.literal('frame'), 'x'.repeat(10_000));
    expect(problemsOf(issues).length).toBeLessThan(310);
  });
});

describe('a lag', () => {
  const row = { topic: 't', logEndOffset: 5, lag: 5, consumerId: null, host: null };
  const partitions = [{ ...row, partition: 0, currentOffset: null, lagSeconds: null }];
  const lag = { group: 'g', total: 5, lagSeconds: null, partitions };
  const wordsOf = (table: string) => table.split('\n').map((line) => line.split(/\s+/));
  const common = ['PARTITION', 'CURRENT-OFFSET', 'LOG-END-OFFSET', 'LAG', 'LAG-SECONDS'];

  it('has the columns of kafka-consumer-groups.sh, and - where nothing is committed', () => {
    expect(wordsOf(renderLag(lag))).toEqual([
      ['GROUP', 'TOPIC', ...common, 'CONSUMER-ID', 'HOST'],
      ['g', 't', '0', '-', '5', '5', '-', '-', '-'],
      ['TOTAL', '5', '-'],
    ]);
  });

  it('says below where the group, or its name, is none that has read the topic', () => {
    const note = 'no group g has read this topic yet';
    expect(renderLagOnce(lag).split('\n\n')[1]).toBe(note);
    const settled = partitions.map((one) => ({ ...one, currentOffset: 1 }));
    expect(renderLagOnce({ ...lag, partitions: settled })).not.toContain(note);
    const member = partitions.map((one) => ({ ...one, consumerId: 'm' }));
    expect(renderLagOnce({ ...lag, partitions: member })).not.toContain(note);
  });

  it('fits into a narrow terminal, and keeps its total', () => {
    expect(wordsOf(renderLag(lag, 60))).toEqual([common, ['0', '-', '5', '5', '-'], ['TOTAL', '5', '-']]);
  });

  it('has - for a total that the stream does not count, and says so in one line', () => {
    const uncounted = { ...row, currentOffset: null, logEndOffset: null, lag: null };
    const unknown = {
      ...lag,
      total: null,
      lagSeconds: 9.5,
      partitions: [{ ...uncounted, partition: 0, lagSeconds: 9.5 }],
    };
    expect(wordsOf(renderLag(unknown)).slice(1)).toEqual([
      ['g', 't', '0', '-', '-', '-', '9.5', '-', '-'],
      ['TOTAL', '-', '9.5'],
    ]);
    expect(renderLagLine(unknown, new Date(0))).toEqual(
      expect.stringMatching(/^1970-01-01T00:00:00.000Z {2}9.5 s behind, \D+$/),
    );
  });

  it('says in one line how fast it shrinks', () => {
    const pace = { settledPerSecond: 12, publishedPerSecond: 2, secondsToDrain: 125 };
    expect(renderLagLine({ ...lag, lagSeconds: 9.5, pace }, new Date(0))).toBe(
      '1970-01-01T00:00:00.000Z  5 frames behind, 9.5 s, 12.0 frames/s settled, 2.0 frames/s published, drained in 2:05',
    );
  });
});
