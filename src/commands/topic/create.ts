import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../base-command.js';
import { MvsError } from '../../core/errors.js';
import { streamOf, topicFlags, topicSpecFlags, topicSpecOf } from '../../flags/index.js';
import { openAdmin } from '../../open-admin.js';
import { openStream } from '../../open.js';
import { plural } from '../../ui/units.js';

interface Result {
  topic: string;
  partitions: number;
  replicationFactor: number;
  created: boolean;
}

export default class TopicCreate extends BaseCommand<Result> {
  static override summary = 'Create the topic that carries the frames.';
  static override description =
    'An existing topic is an error, and stays as it is: with --if-not-exists it is none.';
  static override examples = [
    '<%= config.bin %> topic:create --partitions 3',
    '<%= config.bin %> topic:create traffic --retention 7d --config min.insync.replicas=2 --replication-factor 3',
  ];
  static override args = {
    topic: Args.string({ ignoreStdin: true, description: 'name of the topic [default: --topic]' }),
  };
  static override flags = {
    ...topicSpecFlags,
    'if-not-exists': Flags.boolean({ description: 'an existing topic is no error' }),
    ...topicFlags,
  };

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(TopicCreate);
    const spec = topicSpecOf(flags);
    const log = this.createLog(flags);
    const address = streamOf(flags);
    const named = { ...address, topic: args.topic ?? address.topic };
    await using stream = await openStream({ ...flags, stream: named }, log);
    const { topic } = stream;
    if (await stream.createTopic(spec)) {
      this.print(`created topic ${topic} with ${plural(spec.partitions, 'partition')}`);
      const { partitions, replicationFactor } = spec;
      return { topic, partitions, replicationFactor, created: true };
    }
    if (!flags['if-not-exists']) throw topicExists(topic);
    await using admin = await openAdmin(flags, log);
    const { partitions, replicationFactor } = await admin.describeTopic(topic);
    this.print(`topic ${topic} exists already, with ${plural(partitions, 'partition')}`);
    return { topic, partitions, replicationFactor, created: false };
  }
}

function topicExists(topic: string): MvsError {
  return new MvsError('TOPIC_EXISTS', `the topic ${topic} exists already`, {
    hint: 'Nothing was changed. Add --if-not-exists to accept that, or name another topic.',
  });
}
