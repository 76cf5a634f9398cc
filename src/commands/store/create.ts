import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { createStore, type CreatedStore } from '../../core/store/mongo-create.js';
import { homeFlags, storeFlags, storeLayoutFlags, storeOf } from '../../flags/index.js';

export default class StoreCreate extends BaseCommand<CreatedStore> {
  static override summary = 'Lay out a database before its first record.';
  static override description =
    'Only needed for --shard: consumers make what they need. A layout is chosen once; what is there already stays as it is.';
  static override examples = [
    '<%= config.bin %> store:create --store-layout single',
    '<%= config.bin %> store:create --store-layout single --shard',
  ];
  static override flags = {
    ...storeLayoutFlags,
    shard: Flags.boolean({
      description: 'spread the records over the shards of a cluster, by video; needs --store-layout single',
      default: false,
    }),
    ...homeFlags,
    ...storeFlags,
  };

  async run(): Promise<CreatedStore> {
    const { flags } = await this.parse(StoreCreate);
    const created = await createStore(storeOf(flags), { layout: flags['store-layout'], shard: flags.shard });
    const { database, layout, sharded } = created;
    this.print(`${database} is laid out as ${layout}${sharded ? ', sharded by video' : ''}`);
    return created;
  }
}
