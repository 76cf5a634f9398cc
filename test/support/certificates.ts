import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { findJava } from '../../src/core/stack/java.js';

/** Of every key store that the tests make. */
export const storePassword = 'store-password';

export interface Identity {
  /** PKCS12, with key and certificate, for Java. */
  readonly keyStore: string;
  /** PKCS12, with the certificate only: who has it trusts this identity. */
  readonly trustStore: string;
  /** PEM files. */
  readonly certificate: string;
  readonly key: string;
}

interface Subject {
  /** As keytool writes them: `IP:127.0.0.1,DNS:localhost`. */
  readonly names?: string;
  /** From then on, for a day. keytool's own form: `-10d`. */
  readonly from?: string;
}

const loopback = 'IP:127.0.0.1,DNS:localhost';

async function java() {
  const found = await findJava();
  if ('unfit' in found) throw new Error(found.unfit);
  return found.java;
}

async function keytool(...args: string[]): Promise<void> {
  await execa(join(dirname(await java()), 'keytool'), [...args, '-storepass', storePassword]);
}

/** A key with a certificate that it has signed itself, which is then the authority to trust, in files of this folder. */
export async function createIdentity(
  folder: string,
  alias: string,
  { names = loopback, from }: Subject = {},
): Promise<Identity> {
  const file = (extension: string) => join(folder, `${alias}.${extension}`);
  const identity = {
    keyStore: file('p12'),
    trustStore: file('trust.p12'),
    certificate: file('crt'),
    key: file('key'),
  };
  const { keyStore, trustStore, certificate } = identity;
  const store = ['-keystore', keyStore, '-storetype', 'PKCS12', '-alias', alias];
  const subject = ['-dname', `CN=${alias}`, '-ext', `SAN=${names}`, '-ext', 'BC=ca:true'];
  const life = ['-validity', '1', ...(from === undefined ? [] : ['-startdate', from])];
  await keytool('-genkeypair', ...store, '-keyalg', 'EC', '-groupname', 'secp256r1', ...subject, ...life);
  await keytool('-exportcert', '-rfc', ...store, '-file', certificate);
  const trust = ['-keystore', trustStore, '-storetype', 'PKCS12', '-alias', alias];
  await keytool('-importcert', '-noprompt', ...trust, '-file', certificate);
  const exporter = fileURLToPath(new URL('ExportKey.java', import.meta.url));
  const { stdout } = await execa(await java(), [exporter, keyStore, storePassword, alias]);
  await writeFile(identity.key, `${stdout}\n`);
  return identity;
}
