import { Flags } from '@oclif/core';
import { variable } from '../core/base/variable.js';
import { keepSecret } from '../core/base/redact.js';
import type { Login } from '../core/stream/kafka/index.js';
import { missing, read } from './files.js';
import type { Infer } from './infer.js';

/** Heading in --help. */
export const helpGroup = 'KAFKA SECURITY';

/** There is no flag for the password: everyone on the machine can read command lines. */
export const loginFlags = {
  'sasl-mechanism': Flags.option({
    helpGroup,
    description: 'how to log in to Kafka',
    env: 'MVS_SASL_MECHANISM',
    options: ['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer', 'aws-msk-iam'] as const,
  })(),
  'sasl-username': Flags.string({
    helpGroup,
    helpValue: 'NAME',
    description: 'Kafka user name',
    env: 'MVS_SASL_USERNAME',
  }),
  'sasl-password-file': Flags.string({
    helpGroup,
    helpValue: 'FILE',
    description: 'file with the password; without it, the variable MVS_SASL_PASSWORD is used',
    env: 'MVS_SASL_PASSWORD_FILE',
  }),
  'sasl-token-command': Flags.string({
    helpGroup,
    helpValue: 'COMMAND',
    description: 'command that prints the token for oauthbearer, alone or as JSON with access_token',
    env: 'MVS_SASL_TOKEN_COMMAND',
  }),
  'aws-region': Flags.string({
    helpGroup,
    helpValue: 'REGION',
    description: 'AWS region of the cluster, for aws-msk-iam (which implies --tls)',
    env: 'AWS_REGION',
  }),
};

type LoginFlags = Infer<typeof loginFlags>;

const aLogin = 'a login to Kafka';

/** @throws MvsError CONFIG if a part is missing or cannot be read. */
export function loginOf(flags: LoginFlags): Login | undefined {
  const { 'sasl-mechanism': mechanism, 'sasl-token-command': command, 'aws-region': region } = flags;
  switch (mechanism) {
    case 'oauthbearer':
      if (!command?.trim())
        throw missing(aLogin, '--sasl-token-command or MVS_SASL_TOKEN_COMMAND', helpGroup);
      return { mechanism, command };
    case 'aws-msk-iam':
      if (!region) throw missing(aLogin, '--aws-region or AWS_REGION', helpGroup);
      return { mechanism, region };
    default:
      return passwordLoginOf(mechanism, flags);
  }
}

function passwordLoginOf(
  mechanism: Extract<Login, { password: string }>['mechanism'] | undefined,
  flags: LoginFlags,
): Login | undefined {
  const { 'sasl-username': username, 'sasl-token-command': command } = flags;
  const stored = read('--sasl-password-file (MVS_SASL_PASSWORD_FILE)', flags['sasl-password-file']);
  const password = stored?.replace(/\r?\n$/, '') ?? variable('MVS_SASL_PASSWORD');
  const given = [username, password, command].some((part) => part !== undefined);
  if (mechanism === undefined && !given) return undefined;
  if (mechanism === undefined) throw missing(aLogin, '--sasl-mechanism or MVS_SASL_MECHANISM', helpGroup);
  if (!username) throw missing(aLogin, '--sasl-username or MVS_SASL_USERNAME', helpGroup);
  if (!password) {
    throw missing(aLogin, 'MVS_SASL_PASSWORD, --sasl-password-file or MVS_SASL_PASSWORD_FILE', helpGroup);
  }
  keepSecret(password);
  return { mechanism, username, password };
}
