import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import type { TopicSummary } from '../../core/stream/admin-port.js';
import { describeLeaderless } from '../../core/stream/servers.js';
import { brokerFlags, topicFlags } from '../../flags/index.js';
import { openAdmin } from '../../open/admin.js';
import { renderTopics } from '../../ui/topics.js';

interface Result {
  topics: readonly TopicSummary[];
  /** Topics with partitions without a leader: their messages cannot be counted. */
  unavailable: readonly string[];
}

export default class TopicList extends BaseCommand<Result> {
  static override summary = 'List the topics and the number of messages in each.';
  static override examples = ['<%= config.bin %> topic:list', '<%= config.bin %> topic:list --all --json'];
  static override flags = {
    all: Flags.boolean({ char: 'a', description: 'also list the internal topics of the brokers' }),
    ...brokerFlags,
    stream: topicFlags.stream,
  };

  async run(): Promise<Result> {
    const { flags } = await this.parse(TopicList);
    const log = this.createLog(flags);
    await using admin = await openAdmin(flags, log);
    const isShown = (name: string): boolean => flags.all || !name.startsWith('__');
    const topics = (await admin.topics()).filter(({ topic }) => isShown(topic));
    const unavailable = admin.servers.leaderless.filter(({ topic }) => isShown(topic));
    if (topics.length > 0 || unavailable.length === 0) this.print(renderTopics(topics));
    const leftOut = describeLeaderless(unavailable);
    if (leftOut !== undefined) log.warn(`not listed: ${leftOut}`);
    return { topics, unavailable: unavailable.map(({ topic }) => topic) };
  }
}
