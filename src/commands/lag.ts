import { Flags, ux } from '@oclif/core';
import { BaseCommand } from '../base-command.js';
import { lagAlarm, measureLag, watchLag, type GroupLag } from '../core/lag.js';
import { groupFlags, topicFlags } from '../flags/index.js';
import { openTopic } from '../open.js';
import { stdoutClosed } from '../ui/stdout.js';
import { renderLag, renderLagLine, renderWatchedLag } from '../ui/lag.js';
import { openBoard } from '../ui/live/board.js';
import { page } from '../ui/timeline.js';

export default class Lag extends BaseCommand<GroupLag> {
  static override summary = 'Show how far a consumer group is behind, by partition.';
  static override description =
    'LAG-SECONDS is the age of the oldest frame that is not settled. With --watch it runs until Ctrl-C, or until the lag is above --max; with --json it then prints one document a line.';
  static override examples = [
    '<%= config.bin %> lag',
    '<%= config.bin %> lag --watch --interval 5',
    '<%= config.bin %> lag --max 1000 --json',
  ];
  static override flags = {
    watch: Flags.boolean({ description: 'read again and again, with the rate and the time to drain' }),
    interval: Flags.integer({
      description: 'seconds between two readings of --watch',
      env: 'MVS_INTERVAL',
      helpValue: 'S',
      min: 1,
      max: 3600,
      default: 2,
    }),
    max: Flags.integer({
      description: 'exit with 1 where the total lag is above N frames, for alerts',
      helpValue: 'N',
      min: 0,
    }),
    ...topicFlags,
    ...groupFlags,
  };

  /** Under `--watch --json`: the document on the last line. */
  #printed: unknown;
  #linewise = false;

  async run(): Promise<GroupLag> {
    const { flags } = await this.parse(Lag);
    const { group, max, watch, interval } = flags;
    const log = this.createLog(flags);
    this.#linewise = watch;
    await using stream = await openTopic(flags, log);
    const read = (): AsyncIterable<GroupLag> =>
      watchLag(stream, group, {
        intervalMs: interval * 1000,
        signal: AbortSignal.any([this.interrupt, stdoutClosed()]),
        log,
      });
    const lag = watch ? await this.#show(read(), max) : await measureLag(stream, group);
    if (!watch) this.print(renderLag(lag, page().columns));
    const alarm = lagAlarm(lag, max);
    if (alarm) {
      log.error(alarm);
      process.exitCode = alarm.exitCode;
    }
    return lag;
  }

  /** @returns the last reading: the first one above `max`, or the one before the end */
  async #show(readings: AsyncIterable<GroupLag>, max: number | undefined): Promise<GroupLag> {
    using board = this.jsonEnabled() ? undefined : openBoard();
    let last: GroupLag | undefined;
    for await (const lag of readings) {
      last = lag;
      if (this.jsonEnabled()) this.logJson(lag);
      else if (board) board.show(renderWatchedLag(lag, board.width));
      else this.print(renderLagLine(lag));
      if (lagAlarm(lag, max)) break;
    }
    if (last) return last;
    throw this.interrupt.reason;
  }

  protected override logJson(json: unknown): void {
    if (!this.#linewise) super.logJson(json);
    // The last reading is also the result, which oclif prints.
    else if (json !== this.#printed) ux.stdout(JSON.stringify(json));
    this.#printed = json;
  }
}
