import { spread, type Spread } from './stats.js';

/** One line of the table of ratios. */
export interface Ratio extends Spread {
  readonly what: string;
  /** The target; it is met if the median is at least as large. */
  readonly atLeast?: number;
  readonly each: readonly number[];
}

/** One line of the table of limits, in its own unit. */
export interface Limit extends Spread {
  readonly what: string;
  readonly unit: string;
  readonly atMost: number;
}

/** A measured series without a target. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly note?: string;
}

/** The results of one benchmark. */
export interface Findings {
  readonly ratios?: readonly Ratio[];
  readonly limits?: readonly Limit[];
  readonly tables?: readonly Table[];
}

/** Ratios by round: only values of the same round are compared. */
export function ratio(
  what: string,
  above: readonly number[],
  below: readonly number[],
  atLeast?: number,
): Ratio {
  const each = above.map((value, i) => value / (below[i] ?? Number.NaN));
  return { what, ...(atLeast === undefined ? {} : { atLeast }), ...spread(each), each };
}

/** A table row: the name of the series, then its minimum, median and maximum. */
export function spreadRow(what: string, values: readonly number[], digits = 1): string[] {
  const { min, median, max } = spread(values);
  return [what, ...[min, median, max].map((x) => x.toFixed(digits))];
}

export function limit(what: string, unit: string, values: readonly number[], atMost: number): Limit {
  return { what, unit, atMost, ...spread(values) };
}
