import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { versionId } from '../../core/frames/model-version.js';
import { describeLacking, incompleteVersion, surveyActivation } from '../../core/operate/activate.js';
import { placeOfStore, type StorePlace } from '../../core/store/address.js';
import { homeFlags, storeFlags, storeOf } from '../../flags/index.js';
import { openStore } from '../../open/store.js';
import { withProgress } from '../../ui/progress.js';

interface Result extends StorePlace {
  /** The active version, `NAME@DIGEST`. */
  active: string;
  /** The one that was active before. */
  before: string | null;
  /** Frames that the active version lacks and the one before has (with --force). */
  lacking: readonly { readonly video: string; readonly frames: number }[];
}

export default class ModelsActivate extends BaseCommand<Result> {
  static override summary = 'Choose the model version whose results are shown by default.';
  static override description =
    'Refused if the version lacks a frame that the active one has. Changes nothing but what "mvs query", "mvs verify" and "mvs report" show without --model; it can be undone by activating the other version again.';
  static override examples = [
    '<%= config.bin %> models:activate efficientnet-lite0-int8',
    '<%= config.bin %> models:activate pets@3f2a9c1b7d04',
  ];
  static override args = {
    version: Args.string({
      ignoreStdin: true,
      description: 'NAME or NAME@DIGEST of a version in the database, as shown by models:list',
      required: true,
    }),
  };
  static override flags = {
    force: Flags.boolean({ char: 'f', description: 'activate it even if it lacks frames' }),
    ...homeFlags,
    ...storeFlags,
  };

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(ModelsActivate);
    const log = this.createLog(flags);
    await using store = await openStore(flags, log);
    const showsProgress = this.progressStyle(flags) === 'lines';
    const activation = await withProgress('comparing with the active version', showsProgress, () =>
      surveyActivation(store, args.version, this.interrupt),
    );
    const { version, before, lacking } = activation;
    if (lacking.length > 0 && !flags.force) throw incompleteVersion(activation);
    if (lacking.length > 0) log.warn(describeLacking(activation));
    if (!version.active) await store.activate(version);
    const active = versionId(version);
    this.print(version.active ? `${active} is already the active version` : `${active} is active now`);
    return { ...placeOfStore(storeOf(flags)), active, before: before ? versionId(before) : null, lacking };
  }
}
