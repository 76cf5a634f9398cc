import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { workspace } from '../support/mvs.js';

const secret = 's3cret-word';

/** Takes connections and never says a word. */
async function silentServer() {
  const server = createServer((socket) => {
    onTestFinished(() => void socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

describe('a password in the URL of the database', () => {
  const url = `mongodb://user:${secret}@127.0.0.1:1/db`;
  // A forgotten encoding makes the URL invalid, and is when somebody looks at the error.
  const invalid = `mongodb://user:${secret}/or@so@127.0.0.1:1/db`;

  it.each([
    ['query', url],
    ['query', invalid],
    ['query', `mongodb://user:%${secret}@127.0.0.1:1/db`],
    ['up', url],
    ['up', invalid],
    ['status', url],
    ['status', invalid],
  ])('is not shown by %s, whatever it has to say (%s)', async (command, store) => {
    const { binary } = workspace({ MVS_STORE: store, DEBUG: '*' });
    const results = await Promise.all([
      binary(command, '--verbose'),
      binary(command, '--verbose', '--store', store),
      binary(command, '--json', `--store=${store}`),
    ]);
    for (const { stdout, stderr } of results) {
      expect(stdout + stderr).not.toContain(secret);
      expect(stdout + stderr).toMatch(/error|stopped|running/);
    }
  });

  it('is not shown where it is no argument of the command at all', async () => {
    const { binary } = workspace({ DEBUG: '*' });
    const { stdout, stderr, exitCode } = await binary('lag', url);
    expect(exitCode).toBe(2);
    expect(stdout + stderr).not.toContain(secret);
  });

  it.runIf(process.platform === 'linux').each(['--store', '--store='])(
    'is not shown by ps, given as %s',
    async (flag) => {
      const { server, port } = await silentServer();
      const store = `mongodb://user:${secret}@127.0.0.1:${port}/db`;
      const { binary } = workspace();
      const child = binary('query', ...(flag.endsWith('=') ? [flag + store] : [flag, store]));
      await once(server, 'connection');
      const line = readFileSync(`/proc/${String(child.pid)}/cmdline`, 'utf8');
      expect(line).toContain(`mongodb://***@127.0.0.1:${port}/db`);
      expect(line).not.toContain(secret);
      await child;
    },
  );
});

describe('the password for Kafka', () => {
  it('is not shown, whatever a command has to say', async () => {
    const { port } = await silentServer();
    const login = { MVS_SASL_MECHANISM: 'plain', MVS_SASL_USERNAME: 'user', MVS_SASL_PASSWORD: secret };
    for (const brokers of ['127.0.0.1:1', `127.0.0.1:${port}`]) {
      const { binary } = workspace({ MVS_BROKERS: brokers, DEBUG: '*', ...login });
      const { stdout, stderr } = await binary('status', '--verbose');
      expect(stdout + stderr).not.toContain(secret);
    }
    const { binary } = workspace({ MVS_BROKERS: '127.0.0.1:1', DEBUG: '1', ...login });
    const { stdout, stderr, exitCode } = await binary('lag', '--verbose');
    expect(exitCode).toBe(69);
    expect(stdout + stderr).not.toContain(secret);
  });
});
