/** The port of our own server's address, `127.0.0.1:9092` or a mongodb URL. */
export function portOf(address: string): number {
  return Number(/:(\d+)(?:\/|$)/.exec(address)?.[1]);
}

/** For people to read: never with credentials. */
export function withoutCredentials(address: string): string {
  return address.replace(/^(mongodb(?:\+srv)?:\/\/)[^/]*@/, '$1');
}
