import { MvsError } from '../base/errors.js';
import type { Runner, ServerKind, Site } from './site.js';
import type { Provider } from './types.js';

/** A chosen way of running a server. */
export interface Choice {
  readonly provider: Provider;
  readonly runner: Runner;
}

/**
 * Chooses the first way that works. The provider that holds the data is tried first, because another one would start empty.
 * @throws MvsError STACK_UNAVAILABLE if no way works, with all reasons and what to install.
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
          `${kind.title} now runs as ${way.provider}, which cannot access the data stored by ${holder}`,
        );
      return { provider: way.provider, runner: prepared };
    }
    site.log.debug(`${kind.title}, ${way.provider}: ${prepared.unfit}`);
    reasons.push(prepared.unfit);
  }
  throw new MvsError('STACK_UNAVAILABLE', `${kind.title} cannot be started: ${reasons.join('; ')}`, {
    hint: kind.installHint,
  });
}
