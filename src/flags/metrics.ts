import { Flags } from '@oclif/core';
import { MvsError } from '../core/base/errors.js';
import type { Endpoint } from '../metrics/server.js';

/** For commands that work for long. */
export const metricsFlags = {
  metrics: Flags.custom<Endpoint>({
    description:
      'serve /metrics for Prometheus, /healthz and /readyz there while it runs; port 0 takes a free one [default: off; host 127.0.0.1]',
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
  throw new MvsError('USAGE', `${JSON.stringify(input)} is no address to listen on`, {
    hint: 'Give a port or host:port; port 0 takes a free one, host 0.0.0.0 is open to all who reach this machine.',
  });
}
