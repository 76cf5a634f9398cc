import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { jsonOf, workspace } from '../../support/mvs.js';
import { startSecureKafka, user, type SecureKafka } from '../../support/secure-kafka.js';

const clip = 'videos/cat.webm';
let kafka: SecureKafka;
const cleanUps: (() => Promise<void>)[] = [];

beforeAll(async () => {
  kafka = await startSecureKafka((work) => cleanUps.unshift(work));
}, 240_000);

afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});

/** A command that makes unsigned JWTs, as the broker takes them here, and notes when it runs. */
async function tokenCommand({ seconds = 3600, expired = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-token-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [script, runs, down] = ['token.mjs', 'runs', 'down'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(
    script,
    `import { appendFileSync, existsSync } from 'node:fs';
    if (existsSync(${JSON.stringify(down)})) { console.error('identity provider away'); process.exit(3); }
    const part = (content) => Buffer.from(JSON.stringify(content)).toString('base64url');
    const now = Date.now() / 1000;
    const exp = now + ${seconds};
    const token = part({ alg: 'none' }) + '.' + part({ sub: '${user}', iat: now - 60, exp: ${expired ? 'now - 30' : 'exp'} }) + '.';
    appendFileSync(${JSON.stringify(runs)}, token + '\\n');
    console.log(JSON.stringify({ access_token: token, expires_in: ${seconds} }));`,
  );
  await writeFile(runs, '');
  return {
    command: `${process.execPath} ${script}`,
    issued: async () => (await readFile(runs, 'utf8')).split('\n').filter(Boolean),
    breakDown: () => writeFile(down, ''),
    mend: () => rm(down),
  };
}

const bearer = (command: string) => ({
  MVS_BROKERS: kafka.at.SASL_SSL,
  MVS_TLS_CA: kafka.broker.certificate,
  MVS_SASL_MECHANISM: 'oauthbearer',
  MVS_SASL_TOKEN_COMMAND: command,
});

describe('a broker that wants a token', () => {
  it('is used all the way, with one run of the command for all connections of a process', async () => {
    const { command, issued } = await tokenCommand();
    const { binary: mvs } = workspace(bearer(command));
    expect(await mvs('topic:create')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await mvs('produce', clip, '--every', '30')).toMatchObject({ exitCode: 0, stderr: '' });
    const before = (await issued()).length;
    const consumed = await mvs('consume', '--threads', '2', '--until-drained', '--json');
    // A rebalance may deliver frames again.
    expect(jsonOf(consumed)).toMatchObject({ stored: 3 });
    expect((await issued()).length - before).toBe(1);
    expect(jsonOf(await mvs('lag', '--json'))).toMatchObject({ total: 0 });
  });

  it('in clear text takes it, with a warning', async () => {
    const { command } = await tokenCommand();
    const { mvs } = workspace({
      ...bearer(command),
      MVS_BROKERS: kafka.at.SASL_PLAINTEXT,
      MVS_TLS_CA: undefined,
    });
    const { exitCode, stderr } = await mvs('topic:create');
    expect(stderr).toMatch(/^warn: the token is sent to the broker in clear text.*--tls/);
    expect(exitCode).toBe(0);
  });

  it.each([['an expired token', { expired: true }, /the broker refuses this login/, /--sasl-token-command/]])(
    'refuses %s: an error within seconds, with what to do',
    async (_, options, message, hint) => {
      const { command } = await tokenCommand(options);
      const { mvs } = workspace(bearer(command));
      const result = await mvs('topic:create', '--json');
      expect(jsonOf(result)).toMatchObject({
        error: {
          message: expect.stringMatching(message) as string,
          hint: expect.stringMatching(hint) as string,
        },
      });
      expect(result.exitCode).toBe(78);
      expect(result.durationMs).toBeLessThan(30_000);
    },
  );

  it('a command that fails is an error within seconds, with what it said', async () => {
    const { command, breakDown } = await tokenCommand();
    await breakDown();
    const { mvs } = workspace(bearer(command));
    const { stderr, exitCode, durationMs } = await mvs('topic:create');
    expect(stderr).toMatch(/^error: the token command ends with exit code 3: identity provider away\n/);
    expect(exitCode).toBe(78);
    expect(durationMs).toBeLessThan(30_000);
  });

  it('the token is shown nowhere', async () => {
    for (const expired of [false, true]) {
      const { command, issued } = await tokenCommand({ expired });
      const { binary } = workspace({ ...bearer(command), DEBUG: '*', NODE_DEBUG: 'execa' });
      const { stdout, stderr } = await binary('topic:create', '--verbose');
      const tokens = await issued();
      expect(tokens).not.toHaveLength(0);
      for (const token of tokens) expect(stdout + stderr).not.toContain(token);
    }
  });
});

it('a consumer outlives its tokens, and a time without new ones', async () => {
  const { command, issued, breakDown, mend } = await tokenCommand({ seconds: 24 });
  const { mvs, binary } = workspace(bearer(command));
  await mvs('topic:create');
  const before = (await issued()).length;
  const consumer = binary('consume', '--threads', '2', '--verbose');
  let said = '';
  consumer.stderr.on('data', (chunk) => (said += String(chunk)));
  const renewed = (times: number) =>
    vi.waitFor(
      async () => {
        expect((await issued()).length - before, said).toBeGreaterThan(times);
      },
      {
        timeout: 60_000,
        interval: 200,
      },
    );
  await renewed(2);
  await breakDown();
  await vi.waitFor(
    () => {
      expect(said).toMatch(/no new token for Kafka.*identity provider away/);
    },
    {
      timeout: 60_000,
      interval: 200,
    },
  );
  await mend();
  expect(await mvs('produce', clip, '--every', '30')).toMatchObject({ exitCode: 0 });
  await vi.waitFor(
    async () => {
      expect(jsonOf(await mvs('lag', '--json'))).toMatchObject({ total: 0 });
    },
    {
      timeout: 60_000,
      interval: 200,
    },
  );
  consumer.kill('SIGTERM');
  expect(await consumer).toMatchObject({ exitCode: 0 });
});
