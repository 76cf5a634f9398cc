import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { down, isOwnServer, status, type ServerStatus, type Stopped } from '../core/stack/index.js';
import { cacheFlags, forceFlags, homeFlags } from '../flags/index.js';
import { confirm } from '../ui/confirm.js';
import { withProgress } from '../ui/progress.js';
import { renderStopped, renderWipe } from '../ui/servers.js';

interface Result extends Stopped {
  home: string;
  /** The servers of this home, as they were before. */
  servers: Pick<ServerStatus, 'name' | 'address'>[];
}

export default class Down extends BaseCommand<Result> {
  static override summary = 'Stop the local Kafka and MongoDB that "mvs up" started.';
  static override examples = ['<%= config.bin %> down', '<%= config.bin %> down --wipe --force'];
  static override flags = {
    ...homeFlags,
    ...cacheFlags,
    wipe: Flags.boolean({ description: 'also delete their data: all topics and records' }),
    // Its name in earlier versions.
    force: { ...forceFlags.force, aliases: ['yes'], charAliases: ['y' as const], dependsOn: ['wipe'] },
  };

  async run(): Promise<Result> {
    const { flags } = await this.parse(Down);
    const { home, cache, wipe } = flags;
    const own = (await status(home)).filter(isOwnServer);
    const servers = own.map(({ name, address }) => ({ name, address }));
    if (wipe && !flags.force) await confirm(renderWipe(home, servers), '--force');
    const log = this.createLog(flags);
    const stopped = await withProgress('stopping', this.progressStyle(flags) === 'lines', (progress) =>
      down({
        home,
        cache,
        wipe,
        log,
        signal: this.interrupt,
        onStep: progress.update,
      }),
    );
    this.print(renderStopped(stopped));
    return { home, servers, ...stopped };
  }
}
