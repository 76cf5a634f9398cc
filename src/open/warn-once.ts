import type { Log } from '../core/base/log.js';

/** Commands open several streams, and the warnings are the same for all of them. */
const given = new WeakMap<Log, Set<string>>();

export function warnOnce(log: Log, message: string): void {
  const before = given.get(log) ?? new Set<string>();
  if (before.has(message)) return;
  given.set(log, before.add(message));
  log.warn(message);
}
