import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { createStore, type CreatedStore } from '../../core/store/mongo-create.js';
import { homeFlags, storeFlags, storeLayoutFlags, storeOf } from '../../flags/index.js';

export default class StoreCreate extends BaseCommand<CreatedStore> {
  static override summary = 'Prepare a database before its first record.';
  static override description =
    'Only needed for --shard: consumers create everything else. The layout of a database cannot be changed later; existing data is left as it is.';
  static override examples = [
    '<%= config.bin %> store:create --store-layout single',
    '<%= config.bin %> store:create --store-layout single --shard',
  ];
  static override flags = {
    ...storeLayoutFlags,
    shard: Flags.boolean({
      description:
        'distribute the records over the shards of a cluster, by video; needs --store-layout single',
      default: false,
    }),
    ...homeFlags,
    ...storeFlags,
  };

  async run(): Promise<CreatedStore> {
    const { flags } = await this.parse(StoreCreate);
    const created = await createStore(storeOf(flags), { layout: flags['store-layout'], shard: flags.shard });
    const { database, layout, sharded } = created;
    this.print(`${database} has the layout ${layout}${sharded ? ', sharded by video' : ''}`);
    return created;
  }
}
