import { MvsError } from '../base/errors.js';
import { layoutOf, type Layout } from './layout.js';
import type { Daemon } from './processes.js';
import { readState, writeState, type StackState } from './state.js';
import type { Provider, ServerName, StackSite } from './types.js';

/** One stack with its paths and its state, while somebody holds its lock. */
export interface Site extends StackSite {
  readonly layout: Layout;
  readonly state: StackState;
  save(): void;
  step(text: string): void;
  /** @throws MvsError INTERRUPTED once the caller's signal has fired. */
  checkAborted(): void;
}

export function openSite(options: StackSite): Site {
  const layout = layoutOf(options.home, options.cache);
  const state = readState(layout.stateFile);
  return {
    ...options,
    layout,
    state,
    save: () => {
      writeState(layout.stateFile, state);
    },
    step: (text) => {
      options.log.debug(text);
      options.onStep?.(text);
    },
    checkAborted: () => {
      if (options.signal?.aborted)
        throw new MvsError('INTERRUPTED', 'interrupted while starting the local stack');
    },
  };
}

/** A way of running a server that this machine can go. */
export interface Runner {
  readonly dataDir?: string;
  readonly logFile?: string;
  readonly version?: string;
  /** Nothing is returned where somebody else looks after the process. */
  start(port: number): Promise<Daemon | undefined>;
}

/** Why this machine can't go a way. */
export interface Unfit {
  readonly unfit: string;
}

export interface Way {
  readonly provider: Provider;
  /** Expensive work (downloads) belongs here: a way that fails to prepare gives room to the next one. */
  prepare(site: Site): Promise<Runner | Unfit>;
}

/** What is the same in all that differs between Kafka and MongoDB. */
export interface ServerKind {
  readonly name: ServerName;
  readonly title: string;
  readonly portFlag: string;
  /** What to install when no way fits. */
  readonly installHint: string;
  readonly ways: readonly Way[];
  /** The address that clients use for a local port. */
  addressOf(port: number): string;
  /** Arguments by which its daemons are known. */
  marks(layout: Layout): readonly string[];
  /** Resolves with the version (if it says) when the address speaks the right protocol. */
  answers(address: string): Promise<string | undefined>;
  /** Resolves when it can be used; rejects until then. */
  ready(address: string): Promise<void>;
}
