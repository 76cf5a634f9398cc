import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { replayDeadLetters } from '../../core/operate/replay.js';
import { groupFlags, storeFlags, topicFlags } from '../../flags/index.js';
import { openDeadLetters, openTopic } from '../../open/open.js';
import { withProgress } from '../../ui/progress.js';
import { plural } from '../../ui/units.js';

interface Result {
  topic: string;
  replayed: number;
}

export default class DlqReplay extends BaseCommand<Result> {
  static override summary = 'Send the dead letters to their topic again, as they were.';
  static override description =
    'For after the cause is mended. May be repeated and interrupted: each letter is sent once, and a frame that comes twice is stored once. What still cannot be processed comes back as a new dead letter.';
  static override examples = ['<%= config.bin %> dlq:replay', '<%= config.bin %> dlq:replay --again'];
  static override flags = {
    again: Flags.boolean({
      description: 'also those that have been replayed before; Pub/Sub keeps none of them',
    }),
    ...topicFlags,
    ...groupFlags,
    ...storeFlags,
  };

  async run(): Promise<Result> {
    const { flags } = await this.parse(DlqReplay);
    const { again } = flags;
    const [log, signal] = [this.createLog(flags), this.interrupt];
    await using stream = await openTopic(flags, log);
    await using letters = await openDeadLetters(stream, flags, log);
    const show = this.progressStyle(flags) === 'lines';
    const replayed = await withProgress('reading the dead letters', show, async (progress) => {
      const onReplayed = (total: number): void => {
        progress.update(`${plural(total, 'message')} replayed`);
      };
      return letters ? replayDeadLetters(letters, stream, { again, signal, log, onReplayed }) : 0;
    });
    this.print(`${plural(replayed, 'message')} of ${stream.deadLetterTopic} sent to ${stream.topic} again`);
    this.markIfInterrupted();
    return { topic: stream.topic, replayed };
  }
}
