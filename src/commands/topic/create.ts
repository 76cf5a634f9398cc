import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import type { Log } from '../../core/base/log.js';
import { topicExists } from '../../core/stream/topic-exists.js';
import { streamOf, type TopicFlags } from '../../flags/index.js';
import { topicCreateFlags, topicSpecOf } from '../../flags/topic-spec.js';
import { openAdmin } from '../../open/admin.js';
import { warnOfOutage } from '../../open/broker-warnings.js';
import { openStream } from '../../open/stream.js';
import { renderCreated, type CreatedTopic } from '../../ui/topics.js';

export default class TopicCreate extends BaseCommand<CreatedTopic> {
  static override summary = 'Create the topic that carries the frames.';
  static override description =
    'Fails if the topic exists, unless --if-not-exists is given. An existing topic is never changed.';
  static override examples = [
    '<%= config.bin %> topic:create --partitions 3',
    '<%= config.bin %> topic:create traffic --retention 7d --config min.insync.replicas=2 --replication-factor 3',
  ];
  static override args = {
    topic: Args.string({ ignoreStdin: true, description: 'name of the topic [default: --topic]' }),
  };
  static override flags = topicCreateFlags;

  async run(): Promise<CreatedTopic> {
    const { args, flags } = await this.parse(TopicCreate);
    const spec = topicSpecOf(flags);
    const log = this.createLog(flags);
    const address = streamOf(flags);
    const named = { ...address, topic: args.topic ?? address.topic };
    await using stream = await openStream({ ...flags, stream: named }, log);
    warnOfOutage(stream.servers, log);
    const { topic } = stream;
    const created = await stream.createTopic(spec);
    if (!created && !flags['if-not-exists'])
      throw topicExists(topic, named.kind === 'pubsub' ? flags.group : undefined);
    const counted = await stream.partitions();
    const partitions = stream.capabilities.partitions ? counted : null;
    const asked = created ? spec.replicationFactor : undefined;
    // On other systems, the service decides.
    const replicationFactor =
      named.kind === 'kafka' ? (asked ?? (await replicasOf(topic, flags, log))) : null;
    const result = { topic, partitions, replicationFactor, created };
    this.print(renderCreated(result));
    return result;
  }
}

async function replicasOf(topic: string, flags: TopicFlags, log: Log): Promise<number> {
  await using admin = await openAdmin(flags, log);
  return (await admin.describeTopic(topic)).replicationFactor;
}
