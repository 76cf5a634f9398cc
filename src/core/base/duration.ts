const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** "90s", "1.5h", "30m", "7d" or "2w" in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,9}(?:\.\d{1,9})?)([smhdw])$/.exec(text) ?? [];
  return unit === undefined ? undefined : Math.round(Number(count) * unitMs[unit as keyof typeof unitMs]);
}

/** Uses the largest unit of which there are at least two: "30 days", "90 minutes". */
export function durationText(ms: number): string {
  const units = [
    ['days', unitMs.d],
    ['hours', unitMs.h],
    ['minutes', unitMs.m],
  ] as const;
  const [name, unit] = units.find(([, size]) => ms >= 2 * size) ?? ['seconds', unitMs.s];
  return `${Math.round(ms / unit)} ${name}`;
}
