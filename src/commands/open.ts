import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { parsePosition } from '../core/answers/filter.js';
import { findVideo } from '../core/answers/videos.js';
import { locate } from '../core/export/locate.js';
import { shellCommand } from '../core/base/shell.js';
import { play, playerCommand } from '../core/export/player.js';
import { homeFlags, storeFlags } from '../flags/index.js';
import { openStore } from '../open/store.js';
import { hasDesktop } from '../ui/terminal.js';

interface Result {
  readonly video: string;
  readonly source: string;
  /** In seconds. */
  readonly time: number;
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly opened: boolean;
}

export default class Open extends BaseCommand<Result> {
  static override summary = 'Play a video from a position.';
  static override description =
    'Starts mpv, VLC or ffplay with the source file, if it still exists and has not changed. Without a desktop, or with --print, prints the command.';
  static override examples = ['<%= config.bin %> open cat 0:02.1', '<%= config.bin %> open cat 63f --print'];
  static override args = {
    video: Args.string({ ignoreStdin: true, description: 'name of the video', required: true }),
    position: Args.string({
      ignoreStdin: true,
      description: 'a time (83, 1:23) or a frame (120f)',
      default: '0',
    }),
  };
  static override flags = {
    print: Flags.boolean({ description: 'print the command only' }),
    ...{ ...homeFlags, ...storeFlags },
  };

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Open);
    const position = parsePosition(args.position);
    const log = this.createLog(flags);
    await using store = await openStore(flags, log);
    const { source, time } = await locate(
      store,
      await findVideo(store, args.video),
      position,
      this.interrupt,
    );
    const { command, installed } = await playerCommand(source, time, process.env);
    const opened = installed && !flags.print && !this.jsonEnabled() && hasDesktop();
    if (opened) play(command, log);
    if (!installed) log.warn('no player was found on the PATH: install mpv, VLC or ffplay');
    this.print(shellCommand(command));
    return { video: args.video, source, time, command, opened };
  }
}
