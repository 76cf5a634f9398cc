import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** Of one server or client, in PEM files. */
export interface Identity {
  /** It is its own authority: who has it trusts this identity. */
  readonly certificate: string;
  readonly key: string;
  /** Key and certificate in one file, for Java. */
  readonly keyStore: string;
}

interface Subject {
  readonly names?: readonly AltName[];
  /** Valid for a day from then on. */
  readonly from?: Date;
}

type AltName = { readonly type: 2; readonly value: string } | { readonly type: 7; readonly ip: string };

const loopback: readonly AltName[] = [
  { type: 7, ip: '127.0.0.1' },
  { type: 2, value: 'localhost' },
];

/** A key with a certificate that it has signed itself, in files of this folder. */
export async function createIdentity(
  folder: string,
  alias: string,
  { names = loopback, from = new Date() }: Subject = {},
): Promise<Identity> {
  const made = await generate([{ name: 'commonName', value: alias }], {
    keyType: 'ec',
    curve: 'P-256',
    notBeforeDate: from,
    notAfterDate: new Date(from.getTime() + 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [...names] },
    ],
  });
  const file = (extension: string) => join(folder, `${alias}.${extension}`);
  const identity = { certificate: file('crt'), key: file('key'), keyStore: file('pem') };
  await writeFile(identity.certificate, made.cert);
  await writeFile(identity.key, made.private);
  await writeFile(identity.keyStore, made.private);
  await appendFile(identity.keyStore, made.cert);
  return identity;
}
