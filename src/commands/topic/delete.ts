import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { surveyDeletion } from '../../core/operate/delete-topic.js';
import { describeStream } from '../../core/stream/address.js';
import { brokerFlags, forceFlags, streamOf, topicFlags } from '../../flags/index.js';
import { openAdmin } from '../../open/admin.js';
import { confirm } from '../../ui/confirm.js';
import { renderDeleted, renderSurvey } from '../../ui/deletions.js';

interface Result {
  /** The brokers that had the topic. */
  server: string;
  deleted: { topic: string; messages: number }[];
}

export default class TopicDelete extends BaseCommand<Result> {
  static override summary = 'Delete a topic and all its messages.';
  static override description =
    'Shows what would be lost and asks for confirmation. The dead letters are in a topic of their own, which is kept unless --with-dlq is given. The stored records are always kept.';
  static override examples = [
    '<%= config.bin %> topic:delete traffic',
    '<%= config.bin %> topic:delete traffic --with-dlq --force',
  ];
  static override args = {
    topic: Args.string({ ignoreStdin: true, description: 'name of the topic', required: true }),
  };
  static override flags = {
    'with-dlq': Flags.boolean({ description: 'also delete its dead letters' }),
    ...forceFlags,
    ...brokerFlags,
    stream: topicFlags.stream,
  };

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(TopicDelete);
    await using admin = await openAdmin(flags, this.createLog(flags));
    const server = describeStream(streamOf({ ...flags, topic: args.topic }));
    const survey = await surveyDeletion(admin, args.topic);
    const { topic, messages, deadLetters } = survey;
    if (!flags.force) await confirm(renderSurvey(survey, flags['with-dlq'], server), '--force');
    const deleted = [{ topic, messages }, ...(deadLetters && flags['with-dlq'] ? [deadLetters] : [])];
    await admin.deleteTopics(deleted.map((gone) => gone.topic));
    this.print(renderDeleted(deleted, flags['with-dlq'] ? undefined : deadLetters));
    return { server, deleted };
  }
}
