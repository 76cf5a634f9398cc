import type { Stopped } from '../core/stack/down.js';
import type { ServerStatus } from '../core/stack/types.js';
import { renderTableWithin } from './table.js';

/** @param width of the terminal, in columns */
export function renderServers(servers: readonly ServerStatus[], width = Infinity): string {
  if (servers.length === 0) return 'no local servers; "mvs up" starts them';
  const rows = servers.map((server) => [
    server.name,
    server.running ? 'running' : 'stopped',
    server.provider,
    server.version ?? null,
    server.address,
    server.pid ?? null,
  ]);
  const files = servers.flatMap(({ name, dataDir, logFile }) => [
    ...(dataDir === undefined ? [] : [`${name} data: ${dataDir}`]),
    ...(logFile === undefined ? [] : [`${name} log:  ${logFile}`]),
  ]);
  const head = ['SERVER', 'STATE', 'PROVIDER', 'VERSION', 'ADDRESS', 'PID'];
  const table = renderTableWithin(width, head, rows, ['PID', 'VERSION', 'PROVIDER']);
  return files.length === 0 ? table : `${table}\n\n${files.join('\n')}`;
}

export function renderStopped({ stopped, left, wiped }: Stopped): string {
  const lines = [
    stopped.length > 0 ? `stopped ${stopped.join(' and ')}` : 'no local servers were running',
    ...left.map(
      ({ name, address }) => `${name} at ${address} keeps running, because "mvs up" did not start it`,
    ),
    ...wiped.map((folder) => `deleted ${folder}`),
  ];
  return lines.join('\n');
}

/** The confirmation before all data of a home is deleted. */
export function renderWipe(home: string, servers: readonly Pick<ServerStatus, 'name' | 'address'>[]): string {
  const where = servers.map(({ name, address }) => `${name} at ${address}`);
  return `Delete all topics and records in ${home}${where.length > 0 ? ` (${where.join(', ')})` : ''}?`;
}
