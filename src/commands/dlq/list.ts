import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { listDeadLetters, type DeadLetter } from '../../core/operate/dead-letters.js';
import { groupFlags, storeFlags, topicFlags } from '../../flags/index.js';
import { openDeadLetters, openTopic } from '../../open/stream.js';
import { renderDeadLetters } from '../../ui/dead-letters.js';

interface Result {
  topic: string;
  deadLetters: DeadLetter[];
  /** There are others beyond the limit. */
  more: boolean;
}

export default class DlqList extends BaseCommand<Result> {
  static override summary = 'List the messages that could not be processed, with the reason for each.';
  static override examples = ['<%= config.bin %> dlq:list', '<%= config.bin %> dlq:list --open --json'];
  static override flags = {
    open: Flags.boolean({ description: 'only dead letters that have not been replayed' }),
    limit: Flags.integer({ description: 'show at most this many', helpValue: 'N', min: 1, default: 100 }),
    ...topicFlags,
    ...groupFlags,
    ...storeFlags,
  };

  async run(): Promise<Result> {
    const { flags } = await this.parse(DlqList);
    const log = this.createLog(flags);
    await using stream = await openTopic(flags, log);
    await using letters = await openDeadLetters(stream, flags, log);
    const result: Result = { topic: stream.deadLetterTopic, deadLetters: [], more: false };
    for await (const letter of letters ? listDeadLetters(letters, this.interrupt) : []) {
      if (flags.open && letter.replayed) continue;
      result.more = result.deadLetters.length === flags.limit;
      if (result.more) break;
      result.deadLetters.push(letter);
    }
    this.print(renderDeadLetters(result));
    this.markIfInterrupted();
    return result;
  }
}
