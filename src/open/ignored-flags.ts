import type { Log } from '../core/base/log.js';
import type { RunningStack, ServerStatus } from '../core/stack/index.js';

/** The parsed flags, and which of them are not defaults. */
export interface Parsed {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly metadata: { readonly flags: Readonly<Record<string, { setFromDefault?: boolean } | undefined>> };
}

const servers = [
  { name: 'kafka', title: 'Kafka', port: 'kafka-port', way: 'kafka' },
  { name: 'mongodb', title: 'MongoDB', port: 'mongo-port', way: 'mongo' },
] as const;

/** What the ways of `--mongo` are called in the state. */
const providers: Readonly<Record<string, string>> = { download: 'memory-server' };

/** Warns of ports and ways to run that were asked for, but not used, because the server runs already. */
export function warnOfIgnored({ flags, metadata }: Parsed, stack: RunningStack, log: Log): void {
  const asked = (name: string): unknown => (metadata.flags[name]?.setFromDefault ? undefined : flags[name]);
  for (const { name, title, port, way } of servers) {
    const server = stack.servers.find((each) => each.name === name);
    if (!server) continue;
    const ignored = [
      ...(differs(asked(port), portOf(server), 0) ? [`--${port} ${String(asked(port))}`] : []),
      ...(differs(wayOf(asked(way)), server.provider, 'auto') ? [`--${way} ${String(asked(way))}`] : []),
    ];
    if (ignored.length === 0) continue;
    const running = `${title} already runs at ${server.address}${server.provider === 'external' ? '' : ` (${server.provider})`}`;
    const hint = server.provider === 'external' ? '' : '; to change it, run "mvs down" first';
    log.warn(`${ignored.join(' and ')} ${ignored.length > 1 ? 'are' : 'is'} ignored: ${running}${hint}`);
  }
}

function differs(asked: unknown, used: unknown, any: unknown): boolean {
  return asked !== undefined && asked !== any && asked !== used;
}

function wayOf(asked: unknown): unknown {
  return typeof asked === 'string' ? (providers[asked] ?? asked) : asked;
}

function portOf({ address }: ServerStatus): number {
  return Number(/:(\d+)(?:[/?,]|$)/.exec(address)?.[1]);
}
