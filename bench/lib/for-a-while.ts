const ms = 3000;

/** The work of three seconds. */
export interface Done {
  readonly pictures: number;
  readonly seconds: number;
  /** CPU time of all threads of this process. */
  readonly cpuMilliseconds: number;
}

/** Repeats work for three seconds. @param work returns the number of pictures that it processed */
export async function forAWhile(work: () => Promise<number>): Promise<Done> {
  const before = process.cpuUsage();
  const start = performance.now();
  let pictures = 0;
  while (performance.now() - start < ms) pictures += await work();
  const { user, system } = process.cpuUsage(before);
  return { pictures, seconds: (performance.now() - start) / 1000, cpuMilliseconds: (user + system) / 1000 };
}
