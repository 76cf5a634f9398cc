/** The figures of docs/scaling.md: values from docs/performance.json, other measurements, and assumptions. */

export type Benches = Readonly<Record<string, Bench>>;
interface Bench {
  readonly tables?: readonly { title: string; rows: readonly (readonly (string | number)[])[] }[];
  readonly limits?: readonly { max: number }[];
}

/** Milliseconds of a core to decode a frame of 1080p: performance.md, "run at 1080p". */
export const decode = 4.5;
/** Bytes of a 1080p JPEG at quality 3, by width: the mean of 26 frames of the film of `growth`, encoded by its ffmpeg. */
export const jpeg = { full: 203_000, 456: 29_700, 256: 11_600 };
/** Bytes of a record as BSON, with a label of 12 letters. */
export const record = 146;
/** From `growth`: every third frame is published, on two cores. */
export const [every, cores] = [3, 2];

/** Prices in dollars for a core-hour and for a GB-month, the capacity of a shard and of a partition, and the pods of a group. */
export const assumed = {
  coreHour: 0.04,
  gigabyteMonth: 0.08,
  shardInserts: 20_000,
  shardBytes: 2e12,
  partitionBytes: 10e6,
  groupPods: 100,
  copies: 3,
};

/** Rates in frames/s on all cores, costs in milliseconds of a core for each frame. */
export interface Figures {
  readonly rates: { readonly full: number; readonly small: number; readonly consume: number };
  readonly fp32: number;
  readonly int8: number;
  readonly classify: number;
  readonly classifyInt8: number;
  readonly publish: { readonly full: number; readonly small: number };
  /** The cost of publishing without decoding. */
  readonly encode: { readonly full: number; readonly small: number };
  /** Memory of a consumer in MiB. */
  readonly memory: number;
}

export function figuresOf(benches: Benches): Figures {
  const cell = (bench: string, title: string, row: string, column: number): number => {
    const table = benches[bench]?.tables?.find((each) => each.title.startsWith(title));
    return positive(table?.rows.find(([name]) => name === row)?.[column], `${bench}: ${title}, ${row}`);
  };
  const bySize = (column: number): number => cell('growth', 'By size', '1080p', column);
  const consumed = (network: string): number => cell('consume', 'Consume', `mvs ${network}, --width 256`, 2);
  const each = (rate: number): number => (cores * 1000) / rate;
  const rates = { full: bySize(1), small: bySize(2), consume: bySize(5) };
  const [fp32, int8] = [consumed('fp32'), consumed('int8')];
  const publish = { full: each(rates.full), small: each(rates.small) };
  return {
    rates,
    fp32,
    int8,
    classify: each(rates.consume),
    classifyInt8: (each(rates.consume) * fp32) / int8,
    publish,
    encode: { full: publish.full - every * decode, small: publish.small - every * decode },
    memory: positive(benches.memory?.limits?.[0]?.max, 'memory'),
  };
}

function positive(value: string | number | undefined, what: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`docs/performance.json has no ${what}`);
  return number;
}
