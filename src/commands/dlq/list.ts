import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { listDeadLetters } from '../../core/operate/dead-letters.js';
import type { DeadLetter } from '../../core/operate/letter.js';
import { matchesFilter } from '../../core/operate/letter-filter.js';
import { storeFlags, topicFlags } from '../../flags/index.js';
import { filterOf, letterFlags } from '../../flags/letters.js';
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
  static override examples = [
    '<%= config.bin %> dlq:list',
    '<%= config.bin %> dlq:list --open --video cat --since 2h --json',
  ];
  static override flags = {
    open: Flags.boolean({ description: 'only dead letters that were neither replayed nor discarded' }),
    limit: Flags.integer({ description: 'show at most this many', helpValue: 'N', min: 1, default: 100 }),
    ...topicFlags,
    ...letterFlags,
    ...storeFlags,
  };

  async run(): Promise<Result> {
    const { flags } = await this.parse(DlqList);
    const log = this.createLog(flags);
    await using stream = await openTopic(flags, log);
    await using letters = await openDeadLetters(stream, flags, log);
    const result: Result = { topic: stream.deadLetterTopic, deadLetters: [], more: false };
    const filter = { ...filterOf(flags), open: flags.open };
    const all = letters ? await listDeadLetters(letters, this.interrupt) : [];
    const meant = all.filter((letter) => matchesFilter(letter, filter));
    result.deadLetters.push(...meant.slice(0, flags.limit));
    result.more = meant.length > flags.limit;
    this.print(renderDeadLetters(result));
    this.markIfInterrupted();
    return result;
  }
}
