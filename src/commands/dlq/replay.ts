import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { replayDeadLetters } from '../../core/operate/replay.js';
import { plural } from '../../core/base/text.js';
import { storeFlags, topicFlags } from '../../flags/index.js';
import { filterOf, letterFlags } from '../../flags/letters.js';
import { openDeadLetters, openTopic } from '../../open/stream.js';
import { withProgress } from '../../ui/progress.js';

interface Result {
  topic: string;
  replayed: number;
}

export default class DlqReplay extends BaseCommand<Result> {
  static override summary = 'Send the dead letters to their original topic again, unchanged.';
  static override description =
    'Use it after the cause is fixed. It is safe to interrupt and repeat: each letter is sent once, and a frame that arrives twice is stored once. A message that still cannot be processed becomes a new dead letter.';
  static override examples = [
    '<%= config.bin %> dlq:replay',
    '<%= config.bin %> dlq:replay --video cat',
    '<%= config.bin %> dlq:replay --again',
  ];
  static override strict = false;
  static override args = {
    ids: Args.string({
      ignoreStdin: true,
      description: 'origins as "mvs dlq:list" shows them [default: all]',
    }),
  };
  static override flags = {
    again: Flags.boolean({
      description:
        'also replay letters that were replayed before, but not discarded ones; Pub/Sub does not keep them',
    }),
    ...letterFlags,
    ...topicFlags,
    ...storeFlags,
  };

  async run(): Promise<Result> {
    const { argv, flags } = await this.parse(DlqReplay);
    const { again } = flags;
    const filter = filterOf(flags, argv as string[]);
    const [log, signal] = [this.createLog(flags), this.interrupt];
    await using stream = await openTopic(flags, log);
    await using letters = await openDeadLetters(stream, flags, log);
    const show = this.progressStyle(flags) === 'lines';
    const replayed = await withProgress('reading the dead letters', show, async (progress) => {
      const onReplayed = (total: number): void => {
        progress.update(`${plural(total, 'message')} replayed`);
      };
      return letters ? replayDeadLetters(letters, stream, { again, filter, signal, log, onReplayed }) : 0;
    });
    this.print(`${plural(replayed, 'message')} of ${stream.deadLetterTopic} sent to ${stream.topic} again`);
    this.markIfInterrupted();
    return { topic: stream.topic, replayed };
  }
}
