import { MvsError } from '../base/errors.js';
import type { Runner, ServerKind, Site } from './site.js';
import type { Provider } from './types.js';

/** A way of running a server, and what it takes to go it. */
export interface Choice {
  readonly provider: Provider;
  readonly runner: Runner;
}

/**
 * The provider that holds data goes first: with another one, all records would seem gone.
 * @throws MvsError STACK_UNAVAILABLE when no way fits, with every reason and what to install.
 */
export async function firstThatFits(site: Site, kind: ServerKind): Promise<Choice> {
  const holder = site.state.remembered[kind.name].provider;
  const rank = (provider: string) => (provider === holder ? 0 : 1);
  const reasons: string[] = [];
  for (const way of [...kind.ways].sort((a, b) => rank(a.provider) - rank(b.provider))) {
    site.checkAborted();
    const prepared = await way.prepare(site);
    if (!('unfit' in prepared)) {
      const moved = holder !== undefined && holder !== way.provider;
      if (moved)
        site.log.warn(
          `${kind.title} now runs as ${way.provider}; what ${holder} stored is not visible there`,
        );
      return { provider: way.provider, runner: prepared };
    }
    site.log.debug(`${kind.title}, ${way.provider}: ${prepared.unfit}`);
    reasons.push(prepared.unfit);
  }
  throw new MvsError('STACK_UNAVAILABLE', `${kind.title} can't be started: ${reasons.join('; ')}`, {
    hint: kind.installHint,
  });
}
