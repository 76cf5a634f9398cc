import { readFileSync } from 'node:fs';
import { messageOf, MvsError } from '../core/errors.js';
import { keepSecret } from '../core/redact.js';
import type { Login } from '../core/stream/kafka/index.js';

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
      if (!command?.trim()) throw missing(aLogin, '--sasl-token-command or MVS_SASL_TOKEN_COMMAND');
      return { mechanism, command };
    case 'aws-msk-iam':
      if (!region) throw missing(aLogin, '--aws-region or AWS_REGION');
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
  const password = stored?.replace(/\r?\n$/, '') ?? process.env.MVS_SASL_PASSWORD;
  const given = [username, password, command].some((part) => part !== undefined);
  if (mechanism === undefined && !given) return undefined;
  if (mechanism === undefined) throw missing(aLogin, '--sasl-mechanism or MVS_SASL_MECHANISM');
  if (!username) throw missing(aLogin, '--sasl-username or MVS_SASL_USERNAME');
  if (!password) {
    throw missing(
      aLogin,
      'MVS_SASL_PASSWORD, or --sasl-password-file or MVS_SASL_PASSWORD_FILE with the name of a file',
    );
  }
  keepSecret(password);
  return { mechanism, username, password };
}

export function read(flag: string, path: string | undefined): string | undefined {
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

export function missing(what: string, part: string): MvsError {
  return new MvsError('CONFIG', `${what} needs ${part}`, {
    hint: 'See KAFKA SECURITY in --help.',
  });
}
