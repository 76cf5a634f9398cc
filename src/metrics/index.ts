import type { Endpoint } from '../core/base/endpoint.js';
import type { Metrics, MetricsOptions } from './metrics.js';

const noMetrics: Metrics = {
  producing: (_stream, options) => options,
  consuming: (_ports, options) => options,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** Serves metrics and health at the endpoint until it is disposed of. @throws MvsError USAGE where it cannot listen there */
export async function openMetrics(endpoint: Endpoint | undefined, options: MetricsOptions): Promise<Metrics> {
  if (!endpoint) return noMetrics;
  // Loaded where it is asked for: commands should begin at once.
  const { serveMetrics } = await import('./serve.js');
  return serveMetrics(endpoint, options);
}
