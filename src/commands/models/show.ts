import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { showModel, type ModelDetails } from '../../core/models/catalog.js';
import { shelfOf } from '../../core/models/shelf.js';
import { viewOf, type VersionView } from '../../core/operate/version-view.js';
import { shelfFlags, storeFlags } from '../../flags/index.js';
import { findVersion, notDownloaded, versionHere } from '../../open/versions.js';
import { renderModel } from '../../ui/models.js';
import { renderVersion } from '../../ui/versions.js';

type Result = (ModelDetails & VersionView) | ({ readonly name: string } & VersionView);

export default class ModelsShow extends BaseCommand<Result> {
  static override summary = 'Show the input, accuracy, licence, source, checksums and version of a network.';
  static override description =
    'Also shows a version that only the database knows, and what differs between two versions. The version in the database is compared with the network of the same name on this machine, if there is one.';
  static override examples = [
    '<%= config.bin %> models:show resnet50',
    '<%= config.bin %> models:show efficientnet-lite0 --json',
    '<%= config.bin %> models:show pets@3f2a9c1b7d04 --with pets@90b1c2d3e4f5',
  ];
  static override args = {
    name: Args.string({
      ignoreStdin: true,
      description: 'name or version of a network, as shown by models:list, or path of one',
      required: true,
    }),
  };
  static override flags = {
    with: Flags.string({
      description: 'the version or network to compare with',
      helpValue: 'NAME[@DIGEST]',
    }),
    ...shelfFlags,
    ...storeFlags,
  };

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(ModelsShow);
    const log = this.createLog(flags);
    const { version, known, stored } = await findVersion(args.name, flags, log);
    const other =
      flags.with === undefined
        ? stored && (await versionHere(stored.name, flags))
        : await findVersion(flags.with, flags, log);
    for (const [name, found] of [[args.name, version] as const, [flags.with, other?.version] as const])
      if (flags.with !== undefined && found === undefined) throw notDownloaded(name ?? '');
    const details = known === undefined ? undefined : await showModel(known, shelfOf(flags));
    const view = viewOf(version, stored, other?.version);
    const parts = [...(details ? [renderModel(details)] : []), ...(version ? [renderVersion(view)] : [])];
    this.print(parts.join('\n\n'));
    return { ...(details ?? { name: version?.name ?? args.name }), ...view };
  }
}
