import { Flags } from '@oclif/core';
import type { Endpoint } from '../core/base/endpoint.js';
import { MvsError } from '../core/base/errors.js';

/** For long-running commands. */
export const metricsFlags = {
  metrics: Flags.custom<Endpoint>({
    description:
      'serve /metrics for Prometheus, /healthz and /readyz on this port; 0 picks a free one [default: off; host 127.0.0.1]',
    env: 'MVS_METRICS',
    helpValue: '[HOST:]PORT',
    parse: (input) => Promise.resolve(parseEndpoint(input)),
  })(),
};

function parseEndpoint(input: string): Endpoint {
  const {
    ipv6,
    name,
    port = '',
  } = /^(?:(?:\[(?<ipv6>[0-9a-f:.]+)\]|(?<name>[^\s/:[\]]+)):)?(?<port>\d{1,5})$/i.exec(input)?.groups ?? {};
  if (port !== '' && Number(port) <= 65_535) return { host: ipv6 ?? name ?? '127.0.0.1', port: Number(port) };
  throw new MvsError('USAGE', `${JSON.stringify(input)} is not an address to listen on`, {
    hint: 'Give a port or host:port. Port 0 picks a free port. Host 0.0.0.0 is open to everyone who can reach this machine.',
  });
}
