/** The port of our own server's address, `127.0.0.1:9092` or a mongodb URL. */
export function portOf(address: string): number {
  return Number(/:(\d+)(?:\/|$)/.exec(address)?.[1]);
}
