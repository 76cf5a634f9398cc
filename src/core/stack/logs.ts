import { existsSync, mkdirSync, renameSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Layout } from './layout.js';
import { serverNames } from './state.js';
import type { ServerName } from './types.js';

const LIMIT = 20 * 1024 * 1024;

/** The Java servers limit their logs themselves. mongod only appends, so a long log is started again. */
export function trimLogs(layout: Layout): void {
  for (const name of serverNames) {
    const file = layout.logFile(name);
    mkdirSync(dirname(file), { recursive: true });
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LIMIT) truncateSync(file);
  }
}

/** Begins a new log, so that an error shows lines of this start only. The log of the previous start is kept beside it. */
export function beginLog(layout: Layout, name: ServerName): void {
  const file = layout.logFile(name);
  if (existsSync(file)) renameSync(file, `${file}.previous`);
}
