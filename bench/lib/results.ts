import { spread, type Spread } from './stats.js';

/** One line of the table of ratios. */
export interface Ratio extends Spread {
  readonly what: string;
  /** As the issue asks; a larger median is met. */
  readonly atLeast?: number;
  readonly each: readonly number[];
}

/** One line of the table of limits, in its own unit. */
export interface Limit extends Spread {
  readonly what: string;
  readonly unit: string;
  readonly atMost: number;
}

/** A measured series that has no bar. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly note?: string;
}

/** What one benchmark found. */
export interface Findings {
  readonly ratios?: readonly Ratio[];
  readonly limits?: readonly Limit[];
  readonly tables?: readonly Table[];
}

/** Ratios of rounds: what was measured in one round is compared with what was measured in the same one. */
export function ratio(
  what: string,
  above: readonly number[],
  below: readonly number[],
  atLeast?: number,
): Ratio {
  const each = above.map((value, i) => value / (below[i] ?? Number.NaN));
  return { what, ...(atLeast === undefined ? {} : { atLeast }), ...spread(each), each };
}

/** A row of a table: what was measured, then its least, median and largest value. */
export function spreadRow(what: string, values: readonly number[], digits = 1): string[] {
  const { min, median, max } = spread(values);
  return [what, ...[min, median, max].map((x) => x.toFixed(digits))];
}

export function limit(what: string, unit: string, values: readonly number[], atMost: number): Limit {
  return { what, unit, atMost, ...spread(values) };
}
