import type { Endpoint } from '../core/base/endpoint.js';
import { consumerHooks, producerHooks } from './hooks.js';
import { Health } from './health.js';
import type { Metrics, MetricsOptions } from './metrics.js';
import { createInstruments, type ConsumerLag } from './instruments.js';
import { Probe } from './probe.js';
import { servePages, type Page } from './server.js';

/** No video can have this name, so looking it up costs the database next to nothing. */
const noVideo = '';

export async function serveMetrics(
  endpoint: Endpoint,
  { command, signal, log }: MetricsOptions,
): Promise<Metrics> {
  const health = new Health(signal);
  let lag: Probe<ConsumerLag> | undefined;
  const instruments = createInstruments({
    build: { version: command.config.version, command: command.id ?? '' },
    lag: async () => {
      const answer = await lag?.ask();
      return answer && 'value' in answer ? answer.value : { group: '', rows: [] };
    },
  });
  const { registry } = instruments;
  const server = await servePages(
    endpoint,
    new Map<string, () => Page | Promise<Page>>([
      ['/metrics', async () => ({ status: 200, type: registry.contentType, text: await registry.metrics() })],
      ['/healthz', () => health.live()],
      ['/readyz', () => health.ready()],
    ]),
  );
  log.info(`metrics at ${server.origin}/metrics`, { url: `${server.origin}/metrics` });
  return {
    producing: (stream, options) => {
      // If there is a consumer too, its request to the broker serves both.
      if (!lag) health.needs({ broker: new Probe(() => stream.partitions()) });
      return { ...options, ...producerHooks(instruments, options) };
    },
    consuming: (ports, options) => {
      const { stream, store } = ports;
      const { group } = options;
      lag = new Probe(async () => {
        const found = await stream.lag(group);
        return { group, rows: found.counted ? found.partitions : [] };
      });
      const database = new Probe(() => store.video(noVideo));
      health.needs({ broker: lag, database }, 'joining the group');
      const hooks = consumerHooks(instruments, ports, options);
      return {
        ...options,
        ...hooks,
        onJoin: (stuck) => {
          health.begins(stuck);
          options.onJoin?.(stuck);
        },
      };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
