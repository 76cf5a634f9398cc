import { BaseCommand } from '../base-command.js';
import type { PartitionLag } from '../core/stream/port.js';
import { groupFlags, topicFlags } from '../flags/index.js';
import { openTopic } from '../open.js';
import { renderLag } from '../ui/lag.js';

interface Result {
  group: string;
  total: number;
  partitions: readonly PartitionLag[];
}

export default class Lag extends BaseCommand<Result> {
  static override summary = 'Show how far a consumer group is behind, by partition.';
  static override examples = ['<%= config.bin %> lag', '<%= config.bin %> lag --json'];
  static override flags = { ...topicFlags, ...groupFlags };

  async run(): Promise<Result> {
    const { flags } = await this.parse(Lag);
    const { group } = flags;
    await using stream = await openTopic(flags, this.createLog(flags));
    const partitions = await stream.lag(group);
    const total = partitions.reduce((sum, { lag }) => sum + lag, 0);
    this.print(renderLag(group, partitions, total));
    return { group, total, partitions };
  }
}
