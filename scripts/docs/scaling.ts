/** The tables and sums of docs/scaling.md. After a new measurement or a changed assumption, run `npm run docs`. */
import { assumed, cores, decode, every, figuresOf, jpeg, record } from './scaling-figures.js';
import type { Benches, Figures } from './scaling-figures.js';

const [day, days] = [86_400, 365];
const coreSecond = assumed.coreHour / 3_600;
const gigabyteDay = (assumed.gigabyteMonth * 12) / days;

/** @returns `page` with the content between its marks generated again */
export function scalingPage(page: string, benches: Benches): string {
  const figures = figuresOf(benches);
  const parts = { costs: costs(figures), outcome: outcome(figures), money: money(figures) };
  return Object.entries(parts).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
    const [before, rest] = text.split(begin);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined)
      throw new Error(`docs/scaling.md has no ${begin} … ${end}`);
    return `${before}${begin}\n\n${part}\n\n${end}${after}`;
  }, page);
}

function costs({ rates, fp32, int8, publish, encode, ...figures }: Figures): string {
  const at = (rate: number): string => `${rate} frames/s on ${cores} cores`;
  const sum = (all: number, rest: number): string => `${ms(all)} ms = ${every} × \`d\` + ${ms(rest)}`;
  const small = `${kilobytes(jpeg[456])} and ${kilobytes(jpeg[256])}`;
  const consume = `\`growth\`, 1080p, consume \`--width 256\`: ${at(rates.consume)}`;
  return table([
    ['what', 'from', 'per frame'],
    ['`c`: classify and store, fp32', consume, `${ms(figures.classify)} ms of a core`],
    [
      'the same, int8',
      `times ${fp32} ÷ ${int8}, fp32 ÷ int8 of \`consume\``,
      `${ms(figures.classifyInt8)} ms of a core`,
    ],
    ['`d`: decode one frame of 1080p', '[performance.md](performance.md), "run at 1080p"', `${decode} ms`],
    [
      'publish one of three, 1080p, `--width 256`',
      `\`growth\`, produce: ${at(rates.small)}`,
      sum(publish.small, encode.small),
    ],
    [
      'publish one of three, 1080p, full size',
      `\`growth\`, produce: ${at(rates.full)}`,
      sum(publish.full, encode.full),
    ],
    [
      '`b`: JPEG of 1080p, quality 3',
      "mean of 26 frames of that table's film, by its ffmpeg",
      kilobytes(jpeg.full),
    ],
    ['the same, `--width 456` (16:9: 256 high) and `256`', 'the same', small],
    ['record', 'BSON of a record with a label of 12 letters; before compression', `${record} bytes`],
    ['a consumer process, `--threads 3`', '`memory`: peak', `${whole(figures.memory)} MiB in all`],
  ]);
}

/** Cases with a given number of cores or of frames/s. `decoded`: the decoded frames for each published one. */
const cases = [
  { name: 'laptop, 4 cores', cores: 4, decoded: 3, pod: 2 },
  { name: 'one server, 32 cores', cores: 32, decoded: 3, pod: 4 },
  { name: 'ten machines of 32', cores: 320, decoded: 3, pod: 8 },
  { name: 'city: 10,000 cameras', frames: 10_000, decoded: 25, pod: 8 },
  { name: '500 h/min, `--fps 1`', frames: 30_000, decoded: 30, pod: 8 },
  { name: '500 h/min, `--every 3`', frames: 300_000, decoded: 3, pod: 8 },
];

function outcome(figures: Figures): string {
  const columns = cases.map((each) => columnOf(each, figures));
  const names = Object.keys(columns[0] ?? {});
  return table([
    ['', ...cases.map(({ name }) => name)],
    ...names.map((name) => [name, ...columns.map((column) => column[name] ?? '')]),
  ]);
}

/** The formulas of docs/scaling.md. */
function columnOf(
  { decoded, pod, ...given }: (typeof cases)[number],
  figures: Figures,
): Record<string, string> {
  const produce = decoded * decode + figures.encode.small;
  const each = produce + figures.classify;
  const frames = given.frames ?? (given.cores * 1000) / each;
  const consumers = (frames * figures.classify) / 1000;
  const pods = Math.ceil(consumers / pod);
  const partitions = Math.max(1.25 * pods, (frames * jpeg[456]) / assumed.partitionBytes);
  const kept = frames * day * days * record;
  const disk = frames * day * assumed.copies;
  return {
    'frames/s': whole(frames),
    'decoded frames/s': whole(frames * decoded),
    'cores, producers': short((frames * produce) / 1000),
    'cores, consumers': short(consumers),
    'consumer pods × cores': `${pods} × ${pod}`,
    partitions: whole(Math.ceil(partitions)),
    cells: whole(Math.ceil(pods / assumed.groupPods)),
    'into Kafka, 456 wide': `${bytes(frames * jpeg[456])}/s`,
    'into Kafka, full size': `${bytes(frames * jpeg.full)}/s`,
    'disk for 24 h × 3, 456 wide': bytes(disk * jpeg[456]),
    'disk for 24 h × 3, full size': bytes(disk * jpeg.full),
    'records/day': scaled(frames * day, ['', 'k', 'M', 'G']),
    'records/day, bytes': bytes(frames * day * record),
    shards: whole(Math.ceil(Math.max(frames / assumed.shardInserts, kept / assumed.shardBytes))),
    'cost per million': `$${million(each)}`,
  };
}

function money({ classify, classifyInt8, encode }: Figures): string {
  const disk = (size: number, price: number): string => ((size / 1e3) * assumed.copies * price).toFixed(2);
  const [third, camera] = [every * decode, 25 * decode];
  return `**Most of the cost is in ffmpeg.** If every third frame is published, a million frames cost ${million(third + encode.small + classify)} $: \
  ${million(third)} for decoding, ${million(encode.small)} for scaling and JPEG, and ${million(classify)} for classifying and storing (int8: ${million(classifyInt8)}). \
  With a camera and one frame per second, a million frames cost ${million(camera + encode.small + classify)} $. Decoding is ${million(camera)} of that, almost \
  all of it for frames that are not published, so let the camera send fewer or smaller frames. Kafka's disks add \
  ${disk(jpeg[456], gigabyteDay)} $ for a day at three copies (${assumed.gigabyteMonth} $ per GB and month) with \`--width 456\`, and \
  ${disk(jpeg.full, gigabyteDay)} $ at full size. **\`--width\` saves more than any other setting.** A year of records at three copies adds \
  ${disk(record, gigabyteDay * days)} $ (before compression).`;
}

/** Dollars for a million times this many core-milliseconds. */
const million = (milliseconds: number): string => (milliseconds * 1e3 * coreSecond).toFixed(2);
const ms = (value: number): string => value.toFixed(1);
const whole = (value: number): string => Math.round(value).toLocaleString('en');
const short = (value: number): string => (value < 10 ? value.toFixed(1) : whole(value));
const kilobytes = (value: number): string => `${value / 1000} kB`;
const bytes = (value: number): string => scaled(value, ['B', 'kB', 'MB', 'GB', 'TB', 'PB']);

/** Three digits and a unit. Each unit is a thousand times the previous one. */
function scaled(value: number, units: readonly string[]): string {
  const step = Math.min(Math.floor(Math.log10(value) / 3), units.length - 1);
  return `${Number((value / 1000 ** step).toPrecision(3))} ${units[step] ?? ''}`;
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
