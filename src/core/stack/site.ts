import { MvsError } from '../base/errors.js';
import { layoutOf, type Layout } from './layout.js';
import type { Daemon } from './processes.js';
import { readState, writeState, type StackState } from './state.js';
import type { Provider, ServerName, StackSite } from './types.js';

/** A stack with its paths and its state, while its lock is held. */
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

/** A way of running a server that works on this machine. */
export interface Runner {
  readonly dataDir?: string;
  readonly logFile?: string;
  readonly version?: string;
  /** Returns nothing if another program manages the process. */
  start(port: number): Promise<Daemon | undefined>;
}

/** The reason why a way does not work on this machine. */
export interface Unfit {
  readonly unfit: string;
}

export interface Way {
  readonly provider: Provider;
  /** Expensive work such as downloads belongs here, because the next way is tried if this fails. */
  prepare(site: Site): Promise<Runner | Unfit>;
}

/** A common interface for Kafka and MongoDB. */
export interface ServerKind {
  readonly name: ServerName;
  readonly title: string;
  readonly portFlag: string;
  /** For a home whose server has never run. */
  readonly usualPort: number;
  /** What to install if no way works. */
  readonly installHint: string;
  readonly ways: readonly Way[];
  /** The address that clients use for a local port. */
  addressOf(port: number): string;
  /** Arguments that identify its daemons. */
  marks(layout: Layout): readonly string[];
  /** Resolves with the version, if known, when the server at the address speaks the right protocol. */
  answers(address: string): Promise<string | undefined>;
  /** Resolves when the server can be used; rejects until then. */
  ready(address: string): Promise<void>;
}
