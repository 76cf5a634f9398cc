const ms = 3000;

/** What was done in three seconds. */
export interface Done {
  readonly pictures: number;
  readonly seconds: number;
  /** Of this process, all threads. */
  readonly cpuMilliseconds: number;
}

/** Works again and again for three seconds. @param work says how many pictures it did */
export async function forAWhile(work: () => Promise<number>): Promise<Done> {
  const before = process.cpuUsage();
  const start = performance.now();
  let pictures = 0;
  while (performance.now() - start < ms) pictures += await work();
  const { user, system } = process.cpuUsage(before);
  return { pictures, seconds: (performance.now() - start) / 1000, cpuMilliseconds: (user + system) / 1000 };
}
