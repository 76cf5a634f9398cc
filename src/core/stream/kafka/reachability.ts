import { connect } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

/** Addresses by whether something accepts connections there, in the order in which they were given. */
export interface Reached {
  readonly answering: readonly string[];
  readonly silent: readonly string[];
}

/** A host that drops packets costs no more than this once another one has answered. */
const othersMs = 1_000;
/** Longer than a second: the first packet of a connection may be lost, and is sent again after one. */
export const anyMs = 3_000;

/**
 * Asks all addresses at once for a TCP connection and closes it. That is enough to see whether a broker is there, whether TLS and a
 * login follow or not. A name that resolves to several addresses answers where one of them does.
 */
export async function reach(addresses: readonly string[], patienceMs = anyMs): Promise<Reached> {
  const end = new AbortController();
  const answering = new Set<string>();
  const attempts = addresses.map(async (address) => {
    await accepted(address, end.signal);
    answering.add(address);
  });
  const first = Promise.any(attempts).catch(() => undefined);
  const { signal } = end;
  await Promise.race([
    Promise.allSettled(attempts),
    first.then(() => sleep(othersMs, undefined, { signal })),
    sleep(patienceMs, undefined, { signal }),
  ]);
  // A process that was busy meanwhile has not looked yet at what has come.
  await turn();
  end.abort();
  return {
    answering: addresses.filter((address) => answering.has(address)),
    silent: addresses.filter((address) => !answering.has(address)),
  };
}

function accepted(address: string, signal: AbortSignal): Promise<void> {
  const { host, port } = partsOf(address);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once('connect', () => {
      resolve();
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

function partsOf(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}

/** Equal for two ways to write the address of one server. */
export function canonical(address: string): string {
  return address.toLowerCase().replace(/^(localhost|\[::1\]):/, '127.0.0.1:');
}
