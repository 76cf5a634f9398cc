import { execa } from 'execa';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MvsError } from '../../../src/core/base/errors.js';
import { redact } from '../../../src/core/base/redact.js';
import { tokenOfCommand } from '../../../src/core/stream/kafka/tokens/command.js';
import { tokenOfMsk } from '../../../src/core/stream/kafka/tokens/msk.js';
import { parseToken } from '../../../src/core/stream/kafka/tokens/parse.js';
import { cachedTokens } from '../../../src/core/stream/kafka/tokens/source.js';

const now = Date.UTC(2026, 10, 26);
const base64 = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');

describe('what a command prints is a token', () => {
  const jwt = `${base64({ alg: 'none' })}.${base64({ exp: now / 1000 + 90 })}.`;
  it.each<[string, string, string, number]>([
    ['alone, of unknown life: a minute', 'abc.def\n', 'abc.def', 60],
    ['alone, a JWT that says when it expires', `${jwt}\n`, jwt, 90],
    ['OAuth', '{"access_token":"abc","token_type":"Bearer","expires_in":3600}', 'abc', 3600],
    ['seconds as text', '{"access_token":"abc","expires_in":"3599"}', 'abc', 3599],
    ['Azure', `{"accessToken":"abc","expiresOn":"soon","expires_on":${now / 1000 + 120}}`, 'abc', 120],
    ['milliseconds since 1970', `{"access_token":"abc","expires":${now + 5000}}`, 'abc', 5],
    ['ISO 8601', '{"access_token":"abc","expires_at":"2026-11-26T00:10:00Z"}', 'abc', 600],
    ['null for what is not known', '{"access_token":"abc","expires_in":null,"expires_on":null}', 'abc', 60],
    ['a JSON string', '"abc"\n', 'abc', 60],
    ['JSON around a JWT', JSON.stringify({ access_token: jwt }), jwt, 90],
  ])('%s', (_, output, value, seconds) => {
    expect(parseToken(output, now)).toEqual({ value, expiresAt: now + seconds * 1000 });
  });

  it.each(['', 'two words', '<html>', '{"error":"invalid_client"}', '{"access_token":7}', 'a\u0001b'])(
    'and %j is none',
    (output) => {
      expect(parseToken(output, now)).toBeUndefined();
    },
  );
});

describe('the command of a token', () => {
  const uniqueSeconds = () => `60.${process.pid}${Math.floor(Math.random() * 1e6)}`;
  const runningSleeps = async () => (await execa('ps', ['-eo', 'args'])).stdout;

  it('counts the life of a token from before the command, which may end late', async () => {
    const askedAt = Date.now();
    const { expiresAt } = await tokenOfCommand(`echo '{"access_token":"abc","expires_in":60}'; sleep 1`);
    expect(expiresAt - askedAt).toBeLessThan(60_500);
  });

  it.each(['echo abc', '  echo   abc  ', 'printf "%s" abc | cat', "x='abc' && echo $x"])(
    '%j',
    async (command) => {
      expect(await tokenOfCommand(command)).toMatchObject({ value: 'abc' });
    },
  );

  it.each([
    ['cat /nowhere-at-all', /ends with exit code 1: .*\/nowhere-at-all/],
    ['no-such-command-here', /cannot be run \(ENOENT\)/],
    ['echo two words', /prints no token/],
    ['echo \'{"access_token":"abc","expires_in":-1}\'', /has expired/],
  ])('%s: an error that quotes neither the command nor what it printed', async (command, message) => {
    const error = await tokenOfCommand(command).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CONFIG', message: expect.stringMatching(message) as string });
    expect((error as Error).message).not.toContain(command);
    expect((error as Error).cause, 'execa puts the output there').toBeUndefined();
  });

  it('that says a token on stderr does not make it known', async () => {
    const work = tokenOfCommand('echo "Authorization: Bearer sekrit" >&2; exit 3');
    await expect(work).rejects.toThrow('ends with exit code 3: Authorization: Bearer ***');
  });

  it.concurrent.each([
    'sleep 60',
    'sleep 60; echo abc',
    'sleep 60 | cat',
    'trap "" TERM; sleep 60',
    'sleep 60 & echo',
  ])(
    '%s: given up in time, with what it started',
    async (command) => {
      // By its length, which no other sleep has.
      const own = command.replace('60', uniqueSeconds());
      const [, seconds = ''] = /sleep (\S+)/.exec(own) ?? [];
      const began = performance.now();
      await expect(tokenOfCommand(own)).rejects.toThrow(/gives no token within 8 s/);
      expect(performance.now() - began).toBeLessThan(20_000);
      await vi.waitFor(async () => {
        expect(await runningSleeps()).not.toContain(seconds);
      });
    },
    30_000,
  );

  it('that leaves something running behind is not waited for', async () => {
    const began = performance.now();
    expect(await tokenOfCommand('sleep 20 & echo abc')).toMatchObject({ value: 'abc' });
    expect(performance.now() - began).toBeLessThan(5_000);
  }, 30_000);

  it('that leaves something running behind which prints the token is waited for', async () => {
    expect(await tokenOfCommand('(sleep 1; echo abc) &')).toMatchObject({ value: 'abc' });
  });

  it('that prints without end is killed', async () => {
    await expect(tokenOfCommand('yes')).rejects.toThrow('the token command prints more than 1 MiB');
  });
});

describe('a token', () => {
  const lifeMs = 600_000;
  const source = () => {
    let clock = 0;
    let runs = 0;
    let broken: Error | undefined;
    const tokens = cachedTokens(
      () => {
        if (broken) return Promise.reject(broken);
        return Promise.resolve({ value: `a-token-${++runs}`, expiresAt: clock + lifeMs });
      },
      () => clock,
    );
    return {
      value: async () => (await tokens()).value,
      at: (ms: number) => (clock = ms),
      fail: (error: Error | undefined) => (broken = error),
      runs: () => runs,
    };
  };

  it('is asked for once, however many connections want it at once', async () => {
    const { value, runs } = source();
    expect(await Promise.all([value(), value(), value()])).toEqual(Array(3).fill('a-token-1'));
    expect(runs()).toBe(1);
  });

  it('is used until shortly before it expires', async () => {
    const { value, at } = source();
    await value();
    at(lifeMs - 31_000);
    expect(await value()).toBe('a-token-1');
    at(lifeMs - 29_000);
    expect(await value()).toBe('a-token-2');
  });

  it('of a short life is used for half of it', async () => {
    let clock = 0;
    const tokens = cachedTokens(
      () => Promise.resolve({ value: `of-${clock}`, expiresAt: clock + 24_000 }),
      () => clock,
    );
    await tokens();
    clock = 11_000;
    expect(await tokens()).toMatchObject({ value: 'of-0' });
    clock = 13_000;
    expect(await tokens()).toMatchObject({ value: 'of-13000' });
  });

  it('is not handed out with less life than a session needs', async () => {
    let clock = 0;
    const lifeMs = 20_000;
    const tokens = cachedTokens(
      () => Promise.resolve({ value: `of-${clock}`, expiresAt: clock + lifeMs }),
      () => clock,
    );
    for (; clock < 60_000; clock += 500)
      expect((await tokens()).expiresAt - clock).toBeGreaterThanOrEqual(12_000);
  });

  it('is used while it has time left and no new one can be had; then that is an outage, which passes', async () => {
    const { value, at, fail } = source();
    await value();
    fail(new MvsError('CONFIG', 'the identity provider is away'));
    at(lifeMs - 13_000);
    expect(await value()).toBe('a-token-1');
    at(lifeMs - 11_000);
    await expect(value()).rejects.toMatchObject({
      code: 'BROKER_UNAVAILABLE',
      retriable: true,
      message: 'no new token for Kafka: the identity provider is away',
    });
    fail(undefined);
    expect(await value()).toBe('a-token-2');
  });

  it('that never came is an error of configuration', async () => {
    const { value, fail } = source();
    fail(new MvsError('CONFIG', 'no'));
    await expect(value()).rejects.toMatchObject({ code: 'CONFIG', retriable: false });
  });

  it('is masked as long as it is in use', async () => {
    const { value, at } = source();
    await value();
    expect(redact('Bearer a-token-1')).toBe('Bearer ***');
    at(lifeMs);
    await value();
    expect(redact('Bearer a-token-2')).toBe('Bearer ***');
    expect(redact('Bearer a-token-1'), 'of no use to anybody').toBe('Bearer a-token-1');
  });
});

describe('a token for Amazon MSK', () => {
  const credentials = (variables: Record<string, string>) => {
    const none = { AWS_EC2_METADATA_DISABLED: 'true', AWS_PROFILE: '', AWS_CONFIG_FILE: '/nowhere' };
    const other = { AWS_SHARED_CREDENTIALS_FILE: '/nowhere', AWS_SESSION_TOKEN: '' };
    for (const [name, value] of Object.entries({ ...none, ...other, ...variables })) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
  };

  it('is an address of the region that is signed for connecting, good for 15 minutes', async () => {
    credentials({ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'a-secret-key' });
    const { value, expiresAt } = await tokenOfMsk('eu-central-1');
    const address = new URL(Buffer.from(value, 'base64url').toString());
    expect(address.host).toBe('kafka.eu-central-1.amazonaws.com');
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      Action: 'kafka-cluster:Connect',
      'X-Amz-Credential': expect.stringMatching(
        /^AKIDEXAMPLE\/\d{8}\/eu-central-1\/kafka-cluster\/aws4_request$/,
      ) as string,
      'X-Amz-Expires': '900',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(address.href).not.toContain('a-secret-key');
    expect(expiresAt - Date.now()).toBeGreaterThan(890_000);
    expect(expiresAt - Date.now()).toBeLessThanOrEqual(900_000);
  });

  it('without credentials is an error that says where they are looked for', async () => {
    credentials({ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' });
    await expect(tokenOfMsk('eu-central-1')).rejects.toMatchObject({
      code: 'CONFIG',
      message: expect.stringMatching(/^no token for Amazon MSK: /) as string,
      hint: expect.stringMatching(/AWS_ACCESS_KEY_ID.*AWS_PROFILE/) as string,
    });
  }, 20_000);
});
