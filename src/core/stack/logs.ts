import { mkdirSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Layout } from './layout.js';
import { serverNames } from './state.js';

const LIMIT = 20 * 1024 * 1024;

/** The Java servers limit their logs themselves. mongod only appends, so a long log is started again. */
export function trimLogs(layout: Layout): void {
  for (const name of serverNames) {
    const file = layout.logFile(name);
    mkdirSync(dirname(file), { recursive: true });
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LIMIT) truncateSync(file);
  }
}
