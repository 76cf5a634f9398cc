import { Flags } from '@oclif/core';
import { BaseCommand } from '../../base-command.js';
import { MvsError } from '../../core/errors.js';
import { openKafka } from '../../core/stream/kafka/index.js';
import { topicFlags } from '../../flags/index.js';
import { kafkaConfig } from '../../open.js';

interface Result {
  topic: string;
  partitions: number;
  replicationFactor: number;
  created: boolean;
}

export default class TopicCreate extends BaseCommand<Result> {
  static override summary = 'Create the topic that carries the frames.';
  static override examples = ['<%= config.bin %> topic:create --partitions 3'];
  static override flags = {
    partitions: Flags.integer({
      char: 'p',
      description: 'partitions: at most so many consumers work at a time',
      min: 1,
      max: 10_000,
      default: 3,
    }),
    'replication-factor': Flags.integer({
      description: 'brokers that keep a copy',
      min: 1,
      max: 100,
      default: 1,
    }),
    'if-not-exists': Flags.boolean({ description: 'an existing topic is no error' }),
    ...topicFlags,
  };

  async run(): Promise<Result> {
    const { flags } = await this.parse(TopicCreate);
    const { topic, partitions, 'replication-factor': replicationFactor } = flags;
    await using stream = await openKafka(kafkaConfig(flags, this.createLog(flags)));
    if (!(await stream.createTopic({ partitions, replicationFactor }))) {
      if (!flags['if-not-exists']) throw topicExists(topic);
      const existing = await stream.partitions();
      this.print(`topic ${topic} exists already, with ${existing} partitions`);
      return { topic, partitions: existing, replicationFactor, created: false };
    }
    this.print(`created topic ${topic} with ${partitions} partitions`);
    return { topic, partitions, replicationFactor, created: true };
  }
}

function topicExists(topic: string): MvsError {
  return new MvsError('TOPIC_EXISTS', `the topic ${topic} exists already`, {
    hint: 'Nothing was changed. Add --if-not-exists to accept that, or name another topic with --topic.',
  });
}
