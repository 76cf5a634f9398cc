import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createIdentity } from '../support/certificates.js';
import { workspace } from '../support/mvs.js';

async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-cli-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

describe('a login or TLS with a part missing names the flag and the variable:', () => {
  const login = { MVS_SASL_MECHANISM: 'plain', MVS_SASL_USERNAME: 'alice', MVS_SASL_PASSWORD: 'pass' };
  it.each([
    ['no mechanism', { ...login, MVS_SASL_MECHANISM: undefined }, /--sasl-mechanism or MVS_SASL_MECHANISM/],
    ['no user', { ...login, MVS_SASL_USERNAME: undefined }, /--sasl-username or MVS_SASL_USERNAME/],
    [
      'no password',
      { ...login, MVS_SASL_PASSWORD: undefined },
      /MVS_SASL_PASSWORD.*--sasl-password-file.*MVS_SASL_PASSWORD_FILE/,
    ],
    [
      'no file with the password',
      { ...login, MVS_SASL_PASSWORD_FILE: '/nowhere' },
      /--sasl-password-file \(MVS_SASL_PASSWORD_FILE\).*\/nowhere/,
    ],
    [
      'no command for the token',
      { MVS_SASL_MECHANISM: 'oauthbearer' },
      /--sasl-token-command or MVS_SASL_TOKEN_COMMAND/,
    ],
    ['a command alone', { MVS_SASL_TOKEN_COMMAND: 'print-token' }, /--sasl-mechanism or MVS_SASL_MECHANISM/],
    ['no region', { MVS_SASL_MECHANISM: 'aws-msk-iam', AWS_REGION: undefined }, /--aws-region or AWS_REGION/],
    ['no file with the authority', { MVS_TLS_CA: '/nowhere' }, /--tls-ca \(MVS_TLS_CA\).*\/nowhere/],
    ['an authority that is none', { MVS_TLS_CA: 'package.json' }, /--tls-ca \(MVS_TLS_CA\)/],
    ['a key without its certificate', { MVS_TLS_KEY: 'package.json' }, /--tls-cert \(MVS_TLS_CERT\)/],
    ['a certificate without its key', { MVS_TLS_CERT: 'package.json' }, /--tls-key \(MVS_TLS_KEY\)/],
  ])('%s', async (_, variables, message) => {
    const { mvs } = workspace(variables);
    const { stderr, exitCode } = await mvs('lag');
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(78);
  });

  it('a key of another certificate', async () => {
    const folder = await tempFolder();
    const [one, other] = await Promise.all([createIdentity(folder, 'one'), createIdentity(folder, 'other')]);
    const { mvs } = workspace();
    const { stderr, exitCode } = await mvs('lag', '--tls-cert', one.certificate, '--tls-key', other.key);
    expect(stderr).toMatch(/--tls-cert \(MVS_TLS_CERT\) and --tls-key/);
    expect(exitCode).toBe(78);
  });
});

describe('a password', () => {
  it('can come from a file, and comes before the one of the environment', async () => {
    const file = join(await tempFolder(), 'password');
    await writeFile(file, '\n');
    const { mvs } = workspace({ MVS_SASL_PASSWORD: 'set' });
    const args = ['--sasl-mechanism', 'plain', '--sasl-username', 'alice', '--sasl-password-file', file];
    const { stderr, exitCode } = await mvs('lag', ...args);
    expect(stderr).toMatch(/a login to Kafka needs MVS_SASL_PASSWORD/);
    expect(exitCode).toBe(78);
  });

  it('has no flag: command lines can be read by everybody on a machine', async () => {
    const { mvs } = workspace();
    const { stdout } = await mvs('consume', '--help');
    expect(stdout).toMatch(/KAFKA SECURITY/);
    expect(stdout).toMatch(/--sasl-password-file/);
    expect(stdout).not.toMatch(/--sasl-password[ =]/);
    expect((await mvs('consume', '--sasl-password', 'x')).exitCode).toBe(2);
  });
});
