import { causesOf } from './errors.js';

/** A TLS or login failure on either side, explained for the user. Waiting does not help. */
export interface Refusal {
  readonly what: string;
  readonly hint: string;
}

/** The server that presented the certificate, and the settings of its address and authority. */
export interface Peer {
  readonly title: string;
  readonly address: string;
  readonly authority: string;
}

/** Explains a TLS error about the certificate of the other side; undefined if the error has another cause. */
export function certificateRefusal(error: unknown, { title, address, authority }: Peer): Refusal | undefined {
  const codes = causesOf(error).map((cause) => ('code' in cause ? String(cause.code) : ''));
  const met = (pattern: RegExp) => codes.some((code) => pattern.test(code));
  if (met(/SELF_SIGNED_CERT|^UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)/)) {
    return {
      what: `the certificate of ${title} is not signed by a trusted authority`,
      hint: `Name the certificate of its authority with ${authority}.`,
    };
  }
  if (met(/^ERR_TLS_CERT_ALTNAME_INVALID$/)) {
    return {
      what: `the certificate of ${title} is for another host`,
      hint: `In ${address}, use a host name that the certificate contains. The server must advertise the same name.`,
    };
  }
  if (met(/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/)) {
    return {
      what: `the certificate of ${title} has expired, or is not valid yet`,
      hint: 'Check the clock of this machine. If it is correct, renew the certificate of the server.',
    };
  }
  return undefined;
}
