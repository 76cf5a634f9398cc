/** The port in the address of a local server: `127.0.0.1:9092` or a mongodb URL. */
export function portOf(address: string): number {
  return Number(/:(\d+)(?:\/|$)/.exec(address)?.[1]);
}
