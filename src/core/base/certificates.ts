import { causesOf } from './errors.js';

/** A server that says no, or that we say no to, in words for the person at the terminal. Waiting mends none of it. */
export interface Refusal {
  readonly what: string;
  readonly hint: string;
}

/** Who showed the certificate, and where its address and its authority are configured. */
export interface Peer {
  readonly title: string;
  readonly address: string;
  readonly authority: string;
}

/** What an error of Node's TLS says of the certificate of the other side; undefined where it is about something else. */
export function certificateRefusal(error: unknown, { title, address, authority }: Peer): Refusal | undefined {
  const codes = causesOf(error).map((cause) => ('code' in cause ? String(cause.code) : ''));
  const met = (pattern: RegExp) => codes.some((code) => pattern.test(code));
  if (met(/SELF_SIGNED_CERT|^UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)/)) {
    return {
      what: `the certificate of ${title} is not signed by an authority that is trusted here`,
      hint: `Name the certificate of its authority with ${authority}.`,
    };
  }
  if (met(/^ERR_TLS_CERT_ALTNAME_INVALID$/)) {
    return {
      what: `the certificate of ${title} is for another host`,
      hint: `Give its address in ${address} as the certificate has it; it has to advertise itself so too.`,
    };
  }
  if (met(/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/)) {
    return {
      what: `the certificate of ${title} has expired, or is not valid yet`,
      hint: 'Renew it there, if the clock of this machine is right.',
    };
  }
  return undefined;
}
