import { messageOf, MvsError } from '../../../base/errors.js';
import type { Token } from './source.js';

const limitMs = 8_000;

/**
 * A token of Amazon's signer: a presigned address, good for 15 minutes. The credentials are those that Amazon's own tools
 * find (environment, profile, container, instance).
 * @throws MvsError CONFIG where there are none.
 */
export async function tokenOfMsk(region: string): Promise<Token> {
  // Its libraries are large.
  const { generateAuthToken } = await import('aws-msk-iam-sasl-signer-js');
  try {
    const { token, expiryTime } = await within(limitMs, generateAuthToken({ region }));
    return { value: token, expiresAt: expiryTime };
  } catch (error) {
    throw new MvsError('CONFIG', `no token for Amazon MSK: ${messageOf(error)}`, {
      hint: 'Give credentials as for the AWS command line: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or the role of this machine.',
    });
  }
}

/** The last place where credentials are looked for is an address that may not answer. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no credentials found within ${ms / 1000} s`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
