import { Flags } from '@oclif/core';
import { variable } from '../core/base/variable.js';
import { MvsError } from '../core/base/errors.js';
import type { ServerAccess, ServerAddress } from '../core/classifier/serving/address.js';
import { keepSecret } from '../core/base/redact.js';
import { pemFiles, read } from './files.js';
import type { Infer } from './infer.js';

const helpGroup = 'MODEL SERVER';
const file = { helpGroup, helpValue: 'FILE' };

/** There is no flag for the token: everyone on the machine can read command lines. */
export const servingFlags = {
  'serving-timeout': Flags.integer({
    helpGroup,
    description: 'milliseconds until a request to the model server times out and is retried',
    env: 'MVS_SERVING_TIMEOUT',
    helpValue: 'MS',
    min: 100,
    max: 600_000,
    default: 30_000,
  }),
  'serving-ca': Flags.string({
    ...file,
    description: 'CA certificate (PEM) that signed the certificate of the model server',
    env: 'MVS_SERVING_CA',
  }),
  'serving-cert': Flags.string({
    ...file,
    description: 'client certificate (PEM) for the model server',
    env: 'MVS_SERVING_CERT',
  }),
  'serving-key': Flags.string({
    ...file,
    description: 'private key (PEM) of that client certificate',
    env: 'MVS_SERVING_KEY',
  }),
  'serving-token-file': Flags.string({
    ...file,
    description: 'file with the token (authorization: Bearer …); without it, MVS_SERVING_TOKEN is used',
    env: 'MVS_SERVING_TOKEN_FILE',
  }),
};

export type ServingFlags = Infer<typeof servingFlags>;

/** Reads the files that the flags give. @throws MvsError CONFIG if a part is missing, cannot be read or cannot be used at this address */
export function accessOf(flags: ServingFlags, { secure, url }: ServerAddress): ServerAccess {
  const { ca, client } = pemFiles({
    ca: { flag: '--serving-ca (MVS_SERVING_CA)', path: flags['serving-ca'] },
    certificate: { flag: '--serving-cert (MVS_SERVING_CERT)', path: flags['serving-cert'] },
    key: { flag: '--serving-key (MVS_SERVING_KEY)', path: flags['serving-key'] },
    group: helpGroup,
  });
  if (!secure && (ca ?? client) !== undefined) {
    throw new MvsError('CONFIG', `certificates are given for ${url}, which is not encrypted`, {
      hint: 'Use an address with https:// or grpcs://, or remove --serving-ca, --serving-cert and --serving-key (MVS_SERVING_…).',
    });
  }
  return { timeoutMs: flags['serving-timeout'], ca, client, token: tokenOf(flags) };
}

function tokenOf(flags: ServingFlags): string | undefined {
  const name = '--serving-token-file (MVS_SERVING_TOKEN_FILE)';
  const token = (read(name, flags['serving-token-file']) ?? variable('MVS_SERVING_TOKEN'))?.trim();
  if (token === undefined) return undefined;
  keepSecret(token);
  // Only what a header can carry: anything else would fail during a request, with the token in the error message.
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new MvsError(
    'CONFIG',
    `the token of ${name} or MVS_SERVING_TOKEN is empty or not one word of ASCII`,
    {
      hint: 'Give only the token, without "Bearer".',
    },
  );
}
