import { variable } from '../config/variable.js';
import { keepSecret } from '../core/base/redact.js';
import type { Login } from '../core/stream/kafka/index.js';
import { missing, read } from './files.js';

const helpGroup = 'KAFKA SECURITY';

export interface LoginFlags {
  readonly 'sasl-mechanism'?: Login['mechanism'] | undefined;
  readonly 'sasl-username'?: string | undefined;
  readonly 'sasl-password-file'?: string | undefined;
  readonly 'sasl-token-command'?: string | undefined;
  readonly 'aws-region'?: string | undefined;
}

const aLogin = 'a login to Kafka';

/** @throws MvsError CONFIG where a part is missing or cannot be read. */
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
    throw missing(
      aLogin,
      'MVS_SASL_PASSWORD, or --sasl-password-file or MVS_SASL_PASSWORD_FILE with the name of a file',
      helpGroup,
    );
  }
  keepSecret(password);
  return { mechanism, username, password };
}
