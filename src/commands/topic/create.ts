import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { MvsError } from '../../core/base/errors.js';
import type { Log } from '../../core/base/log.js';
import { plural } from '../../core/base/text.js';
import { defaultGroup, streamOf, topicFlags, type TopicFlags } from '../../flags/index.js';
import { topicSpecFlags, topicSpecOf } from '../../flags/topic-spec.js';
import { openAdmin } from '../../open/admin.js';
import { warnOfOutage } from '../../open/broker-warnings.js';
import { openStream } from '../../open/stream.js';

interface Result {
  topic: string;
  /** Null where the system has none. */
  partitions: number | null;
  /** Null where nobody can choose it. */
  replicationFactor: number | null;
  created: boolean;
}

export default class TopicCreate extends BaseCommand<Result> {
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
  static override flags = {
    ...topicSpecFlags,
    'if-not-exists': Flags.boolean({ description: 'succeed if the topic exists' }),
    ...topicFlags,
    group: Flags.string({
      description: 'consumer group that gets a subscription together with the topic (Pub/Sub only)',
      env: 'MVS_GROUP',
      helpValue: 'NAME',
      default: defaultGroup,
    }),
  };

  async run(): Promise<Result> {
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
    const size = partitions === null ? '' : `${created ? '' : ','} with ${plural(partitions, 'partition')}`;
    this.print(`${created ? 'created ' : ''}topic ${topic}${created ? '' : ' already exists'}${size}`);
    return { topic, partitions, replicationFactor, created };
  }
}

async function replicasOf(topic: string, flags: TopicFlags, log: Log): Promise<number> {
  await using admin = await openAdmin(flags, log);
  return (await admin.describeTopic(topic)).replicationFactor;
}

/** @param subscriber the group that has a subscription now, whether new or old */
function topicExists(topic: string, subscriber: string | undefined): MvsError {
  const state =
    subscriber === undefined ? 'Nothing was changed' : `The group ${subscriber} has a subscription to it`;
  return new MvsError('TOPIC_EXISTS', `the topic ${topic} already exists`, {
    hint: `${state}. Add --if-not-exists to accept that, or give another name.`,
  });
}
