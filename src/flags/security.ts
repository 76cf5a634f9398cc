import { Flags } from '@oclif/core';
import { variable } from '../config/variable.js';
import { keepSecret } from '../core/redact.js';
import type { KafkaSecurity, Login, Tls } from '../core/stream/kafka/index.js';
import { missing, pemFiles, read } from './files.js';

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
  const { ca, client } = pemFiles({
    ca: { flag: '--tls-ca (MVS_TLS_CA)', path: flags['tls-ca'] },
    certificate: { flag: '--tls-cert (MVS_TLS_CERT)', path: flags['tls-cert'] },
    key: { flag: '--tls-key (MVS_TLS_KEY)', path: flags['tls-key'] },
    group: helpGroup,
  });
  if (client) return { ca, client };
  return flags.tls === true || ca !== undefined ? { ca } : undefined;
}

function loginOf(flags: SecurityFlags): Login | undefined {
  const { 'sasl-mechanism': mechanism, 'sasl-username': username } = flags;
  const stored = read('--sasl-password-file (MVS_SASL_PASSWORD_FILE)', flags['sasl-password-file']);
  const password = stored?.replace(/\r?\n$/, '') ?? variable('MVS_SASL_PASSWORD');
  if (mechanism === undefined && username === undefined && password === undefined) return undefined;
  if (mechanism === undefined)
    throw missing('a login to Kafka', '--sasl-mechanism or MVS_SASL_MECHANISM', helpGroup);
  if (!username) throw missing('a login to Kafka', '--sasl-username or MVS_SASL_USERNAME', helpGroup);
  if (!password) {
    throw missing(
      'a login to Kafka',
      'MVS_SASL_PASSWORD, or --sasl-password-file or MVS_SASL_PASSWORD_FILE with the name of a file',
      helpGroup,
    );
  }
  keepSecret(password);
  return { mechanism, username, password };
}
