import type { Interfaces } from '@oclif/core';
import { BaseCommand } from './base-command.js';
import { MvsError } from '../core/base/errors.js';
import { didYouMean, nearest } from '../core/base/nearest.js';

/** Fails like any other usage error: exit code 2, and JSON with --json. */
export async function noSuchCommand(
  id: string,
  argv: readonly string[],
  config: Interfaces.Config,
): Promise<void> {
  const ids = config.commands.filter(({ hidden }) => !hidden).map((command) => command.id);
  const topics = ids.flatMap((known) => known.split(':').slice(0, -1));
  const near = nearest(id, [...ids, ...(id.includes(':') ? [] : topics)]);
  const topic = config.findTopic(id.split(':')[0] ?? '');
  const list = `"mvs ${topic ? `${topic.name} ` : ''}--help" lists the commands.`;
  const error = new MvsError('USAGE', `mvs has no command ${JSON.stringify(id)}`, {
    hint: `${didYouMean(near)}${list}`,
  });
  class NotFound extends BaseCommand<never> {
    run(): Promise<never> {
      return Promise.reject(error);
    }
  }
  await NotFound.run([...argv], config);
}
