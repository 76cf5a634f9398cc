import { Flags } from '@oclif/core';
import { variable } from '../config/variable.js';
import { MvsError } from '../core/base/errors.js';
import type { ServerAccess, ServerAddress } from '../core/classifier/serving/address.js';
import { keepSecret } from '../core/base/redact.js';
import { pemFiles, read } from './files.js';

const helpGroup = 'MODEL SERVER';
const file = { helpGroup, helpValue: 'FILE' };

/** There is no flag for the token: everybody on the machine can read command lines. */
export const servingFlags = {
  'serving-timeout': Flags.integer({
    helpGroup,
    description: 'milliseconds until a request to the model server has failed, and is sent again',
    env: 'MVS_SERVING_TIMEOUT',
    helpValue: 'MS',
    min: 100,
    max: 600_000,
    default: 30_000,
  }),
  'serving-ca': Flags.string({
    ...file,
    description: 'authority (PEM) that signed the certificate of the model server',
    env: 'MVS_SERVING_CA',
  }),
  'serving-cert': Flags.string({
    ...file,
    description: 'certificate (PEM) that the model server wants to see',
    env: 'MVS_SERVING_CERT',
  }),
  'serving-key': Flags.string({
    ...file,
    description: 'private key (PEM) of that certificate',
    env: 'MVS_SERVING_KEY',
  }),
  'serving-token-file': Flags.string({
    ...file,
    description: 'file with the token (authorization: Bearer …); else the variable MVS_SERVING_TOKEN',
    env: 'MVS_SERVING_TOKEN_FILE',
  }),
};

export interface ServingFlags {
  readonly 'serving-timeout': number;
  readonly 'serving-ca'?: string | undefined;
  readonly 'serving-cert'?: string | undefined;
  readonly 'serving-key'?: string | undefined;
  readonly 'serving-token-file'?: string | undefined;
}

/** Reads the files that the flags name. @throws MvsError CONFIG where a part is missing, cannot be read or has no use at this address */
export function accessOf(flags: ServingFlags, { secure, url }: ServerAddress): ServerAccess {
  const { ca, client } = pemFiles({
    ca: { flag: '--serving-ca (MVS_SERVING_CA)', path: flags['serving-ca'] },
    certificate: { flag: '--serving-cert (MVS_SERVING_CERT)', path: flags['serving-cert'] },
    key: { flag: '--serving-key (MVS_SERVING_KEY)', path: flags['serving-key'] },
    group: helpGroup,
  });
  if (!secure && (ca ?? client) !== undefined) {
    throw new MvsError('CONFIG', `there are certificates for ${url}, which is reached in clear text`, {
      hint: 'Give its address with https:// or grpcs://, or leave --serving-ca, --serving-cert and --serving-key (MVS_SERVING_…) out.',
    });
  }
  return { timeoutMs: flags['serving-timeout'], ca, client, token: tokenOf(flags) };
}

function tokenOf(flags: ServingFlags): string | undefined {
  const name = '--serving-token-file (MVS_SERVING_TOKEN_FILE)';
  const token = (read(name, flags['serving-token-file']) ?? variable('MVS_SERVING_TOKEN'))?.trim();
  if (token === undefined) return undefined;
  keepSecret(token);
  // What a header can carry; anything else would fail in the middle of a request, with the token in the message.
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new MvsError(
    'CONFIG',
    `the token of ${name} or MVS_SERVING_TOKEN is empty or not one word of ASCII`,
    {
      hint: 'Give the token alone, without "Bearer".',
    },
  );
}
