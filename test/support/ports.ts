import { randomInt } from 'node:crypto';
import { isTaken } from '../../src/core/stack/ports.js';

const given = new Set<number>();

/**
 * A free port below those that systems give out themselves (from 32768 on Linux, from 49152 elsewhere), so that no server
 * that asks for any port takes it before it is used.
 */
export async function reservedPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (given.has(port) || (await isTaken(port))) continue;
    given.add(port);
    return port;
  }
}
