import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { messageOf, MvsError } from '../core/base/errors.js';

/** The file that a flag gives. */
interface Named {
  /** The flag with its variable, as messages show it. */
  readonly flag: string;
  readonly path: string | undefined;
}

/** The files of one connection. */
interface PemFiles {
  readonly ca: Named;
  readonly certificate: Named;
  readonly key: Named;
  /** Heading in --help. */
  readonly group: string;
}

export interface Pem {
  readonly ca: string | undefined;
  readonly client: { readonly certificate: string; readonly key: string } | undefined;
}

/** Reads and checks what TLS needs. @throws MvsError CONFIG if a part is missing, cannot be read or is not PEM */
export function pemFiles({ ca, certificate, key, group }: PemFiles): Pem {
  const [authority, own, secret] = [ca, certificate, key].map(({ flag, path }) => read(flag, path));
  if (authority !== undefined) check(ca.flag, () => new X509Certificate(authority));
  if (own === undefined && secret === undefined) return { ca: authority, client: undefined };
  if (own === undefined) throw missing(key.flag, certificate.flag, group);
  if (secret === undefined) throw missing(certificate.flag, key.flag, group);
  check(`${certificate.flag} and ${key.flag}`, () => createSecureContext({ cert: own, key: secret }));
  return { ca: authority, client: { certificate: own, key: secret } };
}

/** The text of the file that a flag gives. @throws MvsError CONFIG */
export function read(flag: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new MvsError('CONFIG', `cannot read the file of ${flag}: ${messageOf(cause)}`, {
      cause,
      hint: 'Give a file that exists and that you may read.',
    });
  }
}

function check(flags: string, parse: () => unknown): void {
  try {
    parse();
  } catch (cause) {
    throw new MvsError('CONFIG', `cannot use ${flags}: ${messageOf(cause)}`, {
      cause,
      hint: 'Give PEM files. The key must match the certificate and have no passphrase.',
    });
  }
}

export function missing(what: string, part: string, group: string): MvsError {
  return new MvsError('CONFIG', `${what} needs ${part}`, { hint: `See ${group} in --help.` });
}
