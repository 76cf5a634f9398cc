import { connect, createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** A port that is currently free. */
export async function freePort(): Promise<number> {
  const port = await listen(0);
  if (port === undefined) throw new Error('the system has no free port');
  return port;
}

/** True if the port is in use. Tries to connect and to listen, because some servers can be shadowed on loopback. */
export async function isTaken(port: number): Promise<boolean> {
  return (await accepts(port)) || (await listen(port)) === undefined;
}

/** True if a program accepts connections there. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: LOOPBACK });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => {
      settle(false);
    });
    socket.once('connect', () => {
      settle(true);
    });
    socket.once('error', () => {
      settle(false);
    });
  });
}

function listen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(undefined);
    });
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address ? address.port : undefined);
      });
    });
  });
}
