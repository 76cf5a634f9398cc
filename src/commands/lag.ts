import { BaseCommand } from '../cli/base-command.js';
import { lagAlarm, measureLag, watchLag, type GroupLag } from '../core/operate/lag.js';
import { groupFlags, storeFlags, topicFlags } from '../flags/index.js';
import { watchingLagFlags, watchOptions } from '../flags/watching-lag.js';
import { openTopic } from '../open/stream.js';
import { renderLagOnce } from '../ui/lag.js';
import { DocumentLines, showReadings } from '../ui/live/readings.js';
import { page } from '../ui/timeline.js';
import { stdoutClosed } from '../ui/stdout.js';

export default class Lag extends BaseCommand<GroupLag> {
  static override summary = 'Show the lag of a consumer group, by partition.';
  static override description =
    'LAG-SECONDS is the age of the oldest frame that is not settled. With --watch it runs until Ctrl-C, or until the lag exceeds --max, and --json prints one document per line.';
  static override examples = [
    '<%= config.bin %> lag',
    '<%= config.bin %> lag --watch --interval 5',
    '<%= config.bin %> lag --max 1000 --json',
  ];
  static override flags = { ...watchingLagFlags, ...topicFlags, ...groupFlags, ...storeFlags };

  /** Under `--watch --json`. */
  #lines: DocumentLines | undefined;

  async run(): Promise<GroupLag> {
    const { flags } = await this.parse(Lag);
    const { group, max, watch } = flags;
    const log = this.createLog(flags);
    if (watch && this.jsonEnabled()) this.#lines = new DocumentLines();
    await using stream = await openTopic(flags, log);
    const read = (): AsyncIterable<GroupLag> => {
      const signal = AbortSignal.any([this.interrupt, stdoutClosed()]);
      return watchLag(stream, group, { ...watchOptions(flags), signal, log });
    };
    const lag = watch ? await this.#show(read(), max) : await measureLag(stream, group);
    if (!watch) this.print(renderLagOnce(lag, page().columns));
    const alarm = lagAlarm(lag, max);
    if (alarm) {
      log.error(alarm);
      process.exitCode = alarm.exitCode;
    }
    return lag;
  }

  async #show(readings: AsyncIterable<GroupLag>, max: number | undefined): Promise<GroupLag> {
    const print = this.print.bind(this);
    const last = await showReadings(readings, { lines: this.#lines, print, max });
    if (last) return last;
    throw this.interrupt.reason;
  }

  protected override logJson(json: unknown): void {
    if (this.#lines) this.#lines.write(json);
    else super.logJson(json);
  }
}
