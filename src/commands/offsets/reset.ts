import { BaseCommand } from '../../cli/base-command.js';
import { groupActive } from '../../core/stream/group-active.js';
import type { PartitionReset } from '../../core/stream/admin-port.js';
import { describeStream } from '../../core/stream/address.js';
import { forceFlags, groupFlags, streamOf, topicFlags } from '../../flags/index.js';
import { resetFlags, resetOf } from '../../flags/reset.js';
import { openAdmin } from '../../open/admin.js';
import { confirm } from '../../ui/confirm.js';
import { renderReset, summariseReset } from '../../ui/resets.js';

interface Result {
  /** The brokers that keep the offsets. */
  server: string;
  group: string;
  topic: string;
  dryRun: boolean;
  partitions: readonly PartitionReset[];
}

export default class OffsetsReset extends BaseCommand<Result> {
  static override summary = 'Move a consumer group to another position in a topic.';
  static override description =
    'Shows the current and the new offsets and asks for confirmation. All consumers of the group must be stopped. Frames that are read again are classified again but stored once; skipped frames are not classified. An offset out of range becomes the nearest valid one.';
  static override examples = [
    '<%= config.bin %> offsets:reset --to earliest --dry-run',
    '<%= config.bin %> offsets:reset --to 2h --force',
    '<%= config.bin %> offsets:reset --to 1200 --partition 0',
  ];
  static override flags = {
    ...resetFlags,
    ...forceFlags,
    ...topicFlags,
    ...groupFlags,
  };

  async run(): Promise<Result> {
    const { flags } = await this.parse(OffsetsReset);
    const { 'dry-run': dryRun } = flags;
    const reset = resetOf(flags);
    const { topic, group } = reset;
    const log = this.createLog(flags);
    await using admin = await openAdmin(flags, log);
    const { partitions, activeMembers } = await admin.planReset(reset);
    if (activeMembers > 0) {
      if (!dryRun) throw groupActive(group);
      log.warn(`consumers of the group ${group} are running; stop them before you move the group`);
    }
    const server = describeStream(streamOf(flags));
    const result = { server, group, topic, dryRun, partitions };
    this.print(`${renderReset(partitions)}\n`);
    if (!dryRun && partitions.some(({ currentOffset, newOffset }) => currentOffset !== newOffset)) {
      if (!flags.force)
        await confirm(`Move the group ${group} at ${server}: ${summariseReset(partitions)}?`, '--force');
      await admin.resetOffsets(reset, partitions);
    }
    this.print(`${dryRun ? 'dry run, nothing was changed; ' : ''}${group}: ${summariseReset(partitions)}`);
    return result;
  }
}
