import type { KafkaConfig as ClientConfig } from 'kafkajs';
import { patientLogin } from './internals/patient-login.js';
import { tokenLogin, type TokenLogin } from './tokens/login.js';

/** How a client proves who it is. Another mechanism is another member. */
export type Login = PasswordLogin | TokenLogin;

type PasswordLogin = WithPassword<'plain'> | WithPassword<'scram-sha-256'> | WithPassword<'scram-sha-512'>;

interface WithPassword<Mechanism extends string> {
  readonly mechanism: Mechanism;
  readonly username: string;
  readonly password: string;
}

/** All in PEM. */
export interface Tls {
  /** Authorities to trust instead of those of the system. */
  readonly ca?: string | undefined;
  /** For brokers that want to know the client by its certificate. */
  readonly client?: { readonly certificate: string; readonly key: string } | undefined;
}

export interface KafkaSecurity {
  /** The connection is not encrypted without it. */
  readonly tls?: Tls | undefined;
  readonly login?: Login | undefined;
}

/** The same in kafkajs' words. */
export function securitySettings({ tls, login }: KafkaSecurity = {}): Pick<ClientConfig, 'ssl' | 'sasl'> {
  return {
    ...(tls && {
      ssl: {
        ...(tls.ca !== undefined && { ca: tls.ca }),
        ...(tls.client && { cert: tls.client.certificate, key: tls.client.key }),
      },
    }),
    ...(login && { sasl: 'password' in login ? patientLogin(login) : tokenLogin(login) }),
  };
}

/** Whether whoever listens to a connection without TLS could log in afterwards. */
export function revealsSecret({ tls, login }: KafkaSecurity): boolean {
  return !tls && login !== undefined && !login.mechanism.startsWith('scram');
}
