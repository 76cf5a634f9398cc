import type { Hook } from '@oclif/core';
import { BaseCommand } from '../base-command.js';
import { MvsError } from '../core/errors.js';
import { didYouMean } from '../core/nearest.js';

const hook: Hook.CommandNotFound = async function ({ id, argv, config }) {
  const names = [...config.commands, ...config.topics].flatMap((entry) =>
    entry.hidden ? [] : ['id' in entry ? entry.id : entry.name],
  );
  const near = didYouMean(id, names);
  const topic = config.findTopic(id.split(':')[0] ?? '');
  const list = `"mvs ${topic ? `${topic.name} ` : ''}--help" lists the commands.`;
  const error = new MvsError('USAGE', `mvs has no command ${JSON.stringify(id)}`, {
    hint: near === undefined ? list : `${near} ${list}`,
  });
  // Fails as every other wrong use of the command line does: exit code 2, and JSON under --json.
  class NotFound extends BaseCommand<never> {
    run(): Promise<never> {
      return Promise.reject(error);
    }
  }
  await NotFound.run(argv ?? [], config);
};

export default hook;
