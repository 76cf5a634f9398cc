import { Flags } from '@oclif/core';
import type { KafkaSecurity, Tls } from '../core/stream/kafka/index.js';
import { pemFiles } from './files.js';
import { loginOf, type LoginFlags } from './login.js';

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
    options: ['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer', 'aws-msk-iam'] as const,
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
  'sasl-token-command': Flags.string({
    helpGroup,
    helpValue: 'COMMAND',
    description: 'command that prints the token of oauthbearer, alone or as JSON with access_token',
    env: 'MVS_SASL_TOKEN_COMMAND',
  }),
  'aws-region': Flags.string({
    helpGroup,
    helpValue: 'REGION',
    description: 'region of the cluster, for aws-msk-iam; which implies --tls',
    env: 'AWS_REGION',
  }),
};

export interface SecurityFlags extends LoginFlags {
  readonly tls?: boolean | undefined;
  readonly 'tls-ca'?: string | undefined;
  readonly 'tls-cert'?: string | undefined;
  readonly 'tls-key'?: string | undefined;
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
  // Amazon takes tokens on its TLS port only.
  const wanted = flags.tls === true || ca !== undefined || flags['sasl-mechanism'] === 'aws-msk-iam';
  return wanted ? { ca } : undefined;
}
