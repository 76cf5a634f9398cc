import type { Log } from '../../src/core/base/log.js';

/** The real thing, but for what `changes` says: what fails at a port fails there, and all else is real. */
export function withChanges<T extends object>(real: T, changes: Partial<T>): T {
  return new Proxy(real, {
    get(target, name) {
      const value: unknown = Reflect.get(name in changes ? changes : target, name, target);
      return typeof value === 'function' && !(name in changes) ? (value.bind(target) as unknown) : value;
    },
  });
}

export const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** A log that keeps its warnings. */
export function listening(): { readonly warnings: string[]; readonly log: Log } {
  const warnings: string[] = [];
  const ignore = (): void => undefined;
  return { warnings, log: { debug: ignore, info: ignore, warn: (message) => warnings.push(message) } };
}
