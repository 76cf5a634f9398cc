import type { Endpoint } from '../core/base/endpoint.js';
import type { Metrics, MetricsOptions } from './metrics.js';

const noMetrics: Metrics = {
  producing: (_stream, options) => options,
  consuming: (_ports, options) => options,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** Serves metrics and health at the endpoint until it is disposed. @throws MvsError USAGE if it cannot listen there */
export async function openMetrics(endpoint: Endpoint | undefined, options: MetricsOptions): Promise<Metrics> {
  if (!endpoint) return noMetrics;
  // Loaded on demand, so that commands start quickly.
  const { serveMetrics } = await import('./serve.js');
  return serveMetrics(endpoint, options);
}
