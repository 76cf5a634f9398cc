import { Flags } from '@oclif/core';
import { BaseCommand } from '../../base-command.js';
import type { TopicSummary } from '../../core/stream/port.js';
import { brokerFlags, topicFlags } from '../../flags/index.js';
import { openAdmin } from '../../open-admin.js';
import { renderTopics } from '../../ui/topics.js';

interface Result {
  topics: readonly TopicSummary[];
}

export default class TopicList extends BaseCommand<Result> {
  static override summary = 'List the topics, and how many messages lie in each.';
  static override examples = ['<%= config.bin %> topic:list', '<%= config.bin %> topic:list --all --json'];
  static override flags = {
    all: Flags.boolean({ char: 'a', description: "also the brokers' own topics" }),
    ...brokerFlags,
    stream: topicFlags.stream,
  };

  async run(): Promise<Result> {
    const { flags } = await this.parse(TopicList);
    await using admin = await openAdmin(flags, this.createLog(flags));
    const topics = (await admin.topics()).filter(({ internal }) => flags.all || !internal);
    this.print(renderTopics(topics));
    return { topics };
  }
}
