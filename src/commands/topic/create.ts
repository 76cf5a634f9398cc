import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { warnOfOutage } from '../../open/broker-warnings.js';
import { MvsError } from '../../core/base/errors.js';
import type { Log } from '../../core/base/log.js';
import { defaultGroup, streamOf, topicFlags, topicSpecFlags, topicSpecOf } from '../../flags/index.js';
import { openAdmin } from '../../open/admin.js';
import { openStream, type BrokerFlags } from '../../open/open.js';
import { plural } from '../../ui/units.js';

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
    group: Flags.string({
      description: 'on Pub/Sub: consumer group that gets a subscription along with the topic',
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
    // Elsewhere the service keeps the copies.
    const replicationFactor =
      named.kind === 'kafka' ? (asked ?? (await replicasOf(topic, flags, log))) : null;
    const size = partitions === null ? '' : `${created ? '' : ','} with ${plural(partitions, 'partition')}`;
    this.print(`${created ? 'created ' : ''}topic ${topic}${created ? '' : ' exists already'}${size}`);
    return { topic, partitions, replicationFactor, created };
  }
}

async function replicasOf(topic: string, flags: BrokerFlags, log: Log): Promise<number> {
  await using admin = await openAdmin(flags, log);
  return (await admin.describeTopic(topic)).replicationFactor;
}

/** @param subscriber the group that has a subscription now, whether it had one before or not */
function topicExists(topic: string, subscriber: string | undefined): MvsError {
  const state =
    subscriber === undefined ? 'Nothing was changed' : `The group ${subscriber} has a subscription to it`;
  return new MvsError('TOPIC_EXISTS', `the topic ${topic} exists already`, {
    hint: `${state}. Add --if-not-exists to accept that, or name another topic.`,
  });
}
