import { mkdirSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Layout } from './layout.js';
import { serverNames } from './state.js';

const LIMIT = 20 * 1024 * 1024;

/** The Java servers bound their logs by themselves; mongod only appends, so a long one starts anew. */
export function trimLogs(layout: Layout): void {
  for (const name of serverNames) {
    const file = layout.logFile(name);
    mkdirSync(dirname(file), { recursive: true });
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LIMIT) truncateSync(file);
  }
}
