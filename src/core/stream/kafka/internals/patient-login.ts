import type { AuthenticationProviderArgs, Authenticator } from 'kafkajs';

type Provider = (args: AuthenticationProviderArgs) => Authenticator;

/**
 * A login for kafkajs. kafkajs takes every failure of a login for a refusal and never tries again, also if the connection
 * broke in the middle of it: an outage would end all consumers. It puts the provider of its mechanism into the settings on first use, and there this object replaces it.
 */
export function patientLogin<T extends object>(login: T): T {
  let provider: Provider | undefined;
  return Object.defineProperty({ ...login }, 'authenticationProvider', {
    get: () => provider,
    set: (own: Provider) => {
      provider = showingOutages(own);
    },
  });
}

/** Rejects with the error that broke the connection, if one did. */
export function showingOutages(provider: Provider): Provider {
  return (args) => {
    let outage: unknown;
    const saslAuthenticate: typeof args.saslAuthenticate = async (request) => {
      try {
        return await args.saslAuthenticate(request);
      } catch (error) {
        if (error instanceof Error && 'retriable' in error && error.retriable === true) outage = error;
        throw error;
      }
    };
    const authenticator = provider({ ...args, saslAuthenticate });
    return {
      authenticate: async () => {
        try {
          await authenticator.authenticate();
        } catch (error) {
          throw outage ?? error;
        }
      },
    };
  };
}
