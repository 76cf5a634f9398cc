import { MvsError } from '../base/errors.js';
import { shownInput } from '../base/web-address.js';

/** The address of a network on the web. */
export interface ModelAddress {
  /** Without its fragment. */
  readonly url: URL;
  readonly kind: 'onnx' | 'yaml' | 'tfjs';
  /** The required checksum of the file that the URL names, in hexadecimal. */
  readonly sha256: string | undefined;
}

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

export function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/**
 * Parses the URL of a network, which may end with `#sha256=…`.
 * @throws MvsError USAGE if it names no network, or if the connection is not protected against changes.
 */
export function parseModelAddress(text: string): ModelAddress {
  const shown = shownInput(text);
  if (!URL.canParse(text)) {
    throw new MvsError('USAGE', `${shown} is not a valid URL`, {
      hint: 'Quote it in the shell.',
    });
  }
  const url = new URL(text);
  const sha256 = checksumIn(url.hash, shown);
  url.hash = '';
  const kind = kindOf(url);
  if (kind === undefined) {
    throw new MvsError('USAGE', `${shown} is not the address of a network`, {
      hint: 'Use a URL that ends with .onnx, model.yaml, or the model.json of a TensorFlow.js folder.',
    });
  }
  if (sha256 === undefined) mustBeEncrypted(url);
  return { url, kind, sha256 };
}

/** @throws MvsError USAGE if the connection is not encrypted, so that an attacker could change the content */
export function mustBeEncrypted({ href, protocol, hostname }: URL): void {
  if (protocol !== 'http:' || loopback.test(hostname)) return;
  throw new MvsError(
    'USAGE',
    `${shownInput(href)} is not encrypted, so an attacker could replace the network`,
    {
      hint: 'Use https, or append the checksum: #sha256=….',
    },
  );
}

function checksumIn(hash: string, shown: string): string | undefined {
  if (hash === '') return undefined;
  const sum = /^#sha256=([0-9a-f]{64})$/i.exec(hash)?.[1];
  if (sum !== undefined) return sum.toLowerCase();
  throw new MvsError('USAGE', `the end of ${shown} is not a checksum`, {
    hint: 'Append #sha256= and 64 hexadecimal digits, as sha256sum prints them.',
  });
}

function kindOf({ pathname }: URL): ModelAddress['kind'] | undefined {
  if (pathname.endsWith('.onnx')) return 'onnx';
  if (pathname.endsWith('/model.yaml')) return 'yaml';
  return pathname.endsWith('/model.json') ? 'tfjs' : undefined;
}
