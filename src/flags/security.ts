import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { Flags } from '@oclif/core';
import { variable } from '../config/variable.js';
import { messageOf, MvsError } from '../core/errors.js';
import { keepSecret } from '../core/redact.js';
import type { KafkaSecurity, Login, Tls } from '../core/stream/kafka/index.js';

const helpGroup = 'KAFKA SECURITY';
const file = { helpGroup, helpValue: 'FILE' };

/** There is no flag for the password: everybody on the machine can read command lines. */
export const securityFlags = {
  tls: Flags.boolean({ helpGroup, description: 'encrypt the connection to Kafka', env: 'MVS_TLS' }),
  'tls-ca': Flags.string({
    ...file,
    description: 'authority (PEM) that signed the certificates of the brokers; implies --tls',
    env: 'MVS_TLS_CA',
  }),
  'tls-cert': Flags.string({
    ...file,
    description: 'certificate (PEM) of the client; implies --tls',
    env: 'MVS_TLS_CERT',
  }),
  'tls-key': Flags.string({
    ...file,
    description: 'private key (PEM) of the client; implies --tls',
    env: 'MVS_TLS_KEY',
  }),
  'sasl-mechanism': Flags.option({
    helpGroup,
    description: 'how to log in to Kafka',
    env: 'MVS_SASL_MECHANISM',
    options: ['plain', 'scram-sha-256', 'scram-sha-512'] as const,
  })(),
  'sasl-username': Flags.string({
    helpGroup,
    helpValue: 'NAME',
    description: 'user to log in to Kafka',
    env: 'MVS_SASL_USERNAME',
  }),
  'sasl-password-file': Flags.string({
    ...file,
    description: 'file with the password; else the variable MVS_SASL_PASSWORD',
    env: 'MVS_SASL_PASSWORD_FILE',
  }),
};

export interface SecurityFlags {
  readonly tls?: boolean | undefined;
  readonly 'tls-ca'?: string | undefined;
  readonly 'tls-cert'?: string | undefined;
  readonly 'tls-key'?: string | undefined;
  readonly 'sasl-mechanism'?: Login['mechanism'] | undefined;
  readonly 'sasl-username'?: string | undefined;
  readonly 'sasl-password-file'?: string | undefined;
}

/** Reads the files that the flags name. @throws MvsError CONFIG where a part is missing or cannot be read. */
export function securityOf(flags: SecurityFlags): KafkaSecurity {
  return { tls: tlsOf(flags), login: loginOf(flags) };
}

function tlsOf(flags: SecurityFlags): Tls | undefined {
  const ca = read('--tls-ca (MVS_TLS_CA)', flags['tls-ca']);
  const certificate = read('--tls-cert (MVS_TLS_CERT)', flags['tls-cert']);
  const key = read('--tls-key (MVS_TLS_KEY)', flags['tls-key']);
  if (ca !== undefined) check('--tls-ca (MVS_TLS_CA)', () => new X509Certificate(ca));
  if (certificate === undefined && key === undefined) {
    return flags.tls === true || ca !== undefined ? { ca } : undefined;
  }
  if (certificate === undefined) throw missing('--tls-key', '--tls-cert or MVS_TLS_CERT');
  if (key === undefined) throw missing('--tls-cert', '--tls-key or MVS_TLS_KEY');
  check('--tls-cert and --tls-key (MVS_TLS_CERT, MVS_TLS_KEY)', () =>
    createSecureContext({ cert: certificate, key }),
  );
  return { ca, client: { certificate, key } };
}

function loginOf(flags: SecurityFlags): Login | undefined {
  const { 'sasl-mechanism': mechanism, 'sasl-username': username } = flags;
  const stored = read('--sasl-password-file (MVS_SASL_PASSWORD_FILE)', flags['sasl-password-file']);
  const password = stored?.replace(/\r?\n$/, '') ?? variable('MVS_SASL_PASSWORD');
  if (mechanism === undefined && username === undefined && password === undefined) return undefined;
  if (mechanism === undefined) throw missing('a login to Kafka', '--sasl-mechanism or MVS_SASL_MECHANISM');
  if (!username) throw missing('a login to Kafka', '--sasl-username or MVS_SASL_USERNAME');
  if (!password) {
    throw missing(
      'a login to Kafka',
      'MVS_SASL_PASSWORD, or --sasl-password-file or MVS_SASL_PASSWORD_FILE with the name of a file',
    );
  }
  keepSecret(password);
  return { mechanism, username, password };
}

function read(flag: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new MvsError('CONFIG', `cannot read the file of ${flag}: ${messageOf(cause)}`, {
      cause,
      hint: 'Name a file that exists and that you may read.',
    });
  }
}

function check(flags: string, parse: () => unknown): void {
  try {
    parse();
  } catch (cause) {
    throw new MvsError('CONFIG', `cannot use ${flags}: ${messageOf(cause)}`, {
      cause,
      hint: 'Give PEM files; a key has to fit its certificate, and to have no passphrase.',
    });
  }
}

function missing(what: string, part: string): MvsError {
  return new MvsError('CONFIG', `${what} needs ${part}`, {
    hint: 'See KAFKA SECURITY in --help.',
  });
}
