import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { groupActive } from '../../core/stream/group-active.js';
import type { PartitionReset } from '../../core/stream/admin-port.js';
import { forceFlags, groupFlags, resetFlags, streamOf, topicFlags } from '../../flags/index.js';
import { openAdmin } from '../../open/admin.js';
import { confirm } from '../../ui/confirm.js';
import { renderReset, summariseReset } from '../../ui/resets.js';

interface Result {
  group: string;
  topic: string;
  dryRun: boolean;
  partitions: readonly PartitionReset[];
}

export default class OffsetsReset extends BaseCommand<Result> {
  static override summary = 'Move a consumer group back or forth in a topic.';
  static override description =
    'Shows where it stands and where it would stand, and asks. All of its consumers have to be stopped. Frames that come again are classified again and stored once; those that are skipped are not classified. An offset that does not exist becomes the nearest end.';
  static override examples = [
    '<%= config.bin %> offsets:reset --to earliest --dry-run',
    '<%= config.bin %> offsets:reset --to 2h --force',
    '<%= config.bin %> offsets:reset --to 1200 --partition 0',
  ];
  static override flags = {
    ...resetFlags,
    'dry-run': Flags.boolean({ description: 'show what would change, and change nothing', default: false }),
    ...forceFlags,
    ...topicFlags,
    ...groupFlags,
  };

  async run(): Promise<Result> {
    const { flags } = await this.parse(OffsetsReset);
    const { group, 'dry-run': dryRun } = flags;
    const { topic } = streamOf(flags);
    const log = this.createLog(flags);
    await using admin = await openAdmin(flags, log);
    const reset = { topic, group, to: flags.to, partitions: flags.partition };
    const { partitions, activeMembers } = await admin.planReset(reset);
    if (activeMembers > 0) {
      if (!dryRun) throw groupActive(group);
      log.warn(`consumers of the group ${group} are at work: they have to be stopped before it can be moved`);
    }
    const result = { group, topic, dryRun, partitions };
    this.print(`${renderReset(partitions)}\n`);
    if (!dryRun && partitions.some(({ currentOffset, newOffset }) => currentOffset !== newOffset)) {
      if (!flags.force) await confirm(`Move the group ${group}: ${summariseReset(partitions)}?`, '--force');
      await admin.resetOffsets(reset, partitions);
    }
    this.print(`${dryRun ? 'dry run, nothing was changed; ' : ''}${group}: ${summariseReset(partitions)}`);
    return result;
  }
}
