import { Flags } from '@oclif/core';
import type { KafkaSecurity, Tls } from '../core/stream/kafka/index.js';
import { pemFiles } from './files.js';
import type { Infer } from './infer.js';
import { helpGroup, loginFlags, loginOf } from './login.js';

const file = { helpGroup, helpValue: 'FILE' };

export const securityFlags = {
  tls: Flags.boolean({ helpGroup, description: 'encrypt the connection to Kafka', env: 'MVS_TLS' }),
  'tls-ca': Flags.string({
    ...file,
    description: 'CA certificate (PEM) that signed the certificates of the brokers; implies --tls',
    env: 'MVS_TLS_CA',
  }),
  'tls-cert': Flags.string({
    ...file,
    description: 'client certificate (PEM); implies --tls',
    env: 'MVS_TLS_CERT',
  }),
  'tls-key': Flags.string({
    ...file,
    description: 'private key (PEM) of the client certificate; implies --tls',
    env: 'MVS_TLS_KEY',
  }),
  ...loginFlags,
};

export type SecurityFlags = Infer<typeof securityFlags>;

/** Reads the files that the flags give. @throws MvsError CONFIG if a part is missing or cannot be read. */
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
  // Amazon MSK accepts tokens on its TLS port only.
  const wanted = flags.tls || ca !== undefined || flags['sasl-mechanism'] === 'aws-msk-iam';
  return wanted ? { ca } : undefined;
}
