import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import type { TopicDescription } from '../../core/stream/admin-port.js';
import { streamOf, topicFlags } from '../../flags/index.js';
import { openAdmin } from '../../open/admin.js';
import { renderTopic } from '../../ui/topics.js';

export default class TopicDescribe extends BaseCommand<TopicDescription> {
  static override summary = 'Show the partitions, configuration and consumer groups of a topic.';
  static override description =
    'Shows only configuration that was set for this topic, and groups that have committed an offset.';
  static override examples = [
    '<%= config.bin %> topic:describe',
    '<%= config.bin %> topic:describe traffic --json',
  ];
  static override args = {
    topic: Args.string({ ignoreStdin: true, description: 'name of the topic [default: --topic]' }),
  };
  static override flags = topicFlags;

  async run(): Promise<TopicDescription> {
    const { args, flags } = await this.parse(TopicDescribe);
    await using admin = await openAdmin(flags, this.createLog(flags));
    const description = await admin.describeTopic(args.topic ?? streamOf(flags).topic);
    this.print(renderTopic(description));
    return description;
  }
}
