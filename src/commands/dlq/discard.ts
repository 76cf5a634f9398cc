import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { listDeadLetters } from '../../core/operate/dead-letters.js';
import { discardDeadLetters } from '../../core/operate/discard.js';
import { matchesFilter } from '../../core/operate/letter-filter.js';
import { describeStream } from '../../core/stream/address.js';
import { storeFlags, streamOf, topicFlags } from '../../flags/index.js';
import { discardedOf, discardFlags } from '../../flags/letters.js';
import { openDeadLetters, openTopic } from '../../open/stream.js';
import { confirm } from '../../ui/confirm.js';
import { renderDiscard, renderDiscarded } from '../../ui/dead-letters.js';

interface Result {
  server: string;
  topic: string;
  discarded: number;
}

export default class DlqDiscard extends BaseCommand<Result> {
  static override summary = 'Give up dead letters: they are not sent again and no longer count as open.';
  static override description =
    'Asks for confirmation. Their frames stay dead-lettered: "mvs verify" goes on counting them, and never as stored. A stream that keeps what is settled keeps the messages until its retention ends.';
  static override examples = [
    '<%= config.bin %> dlq:discard multi-video-stream/0/1200',
    '<%= config.bin %> dlq:discard --video cat --reason "not a JPEG"',
    '<%= config.bin %> dlq:discard --older-than 30d --yes',
  ];
  static override strict = false;
  static override args = {
    ids: Args.string({ ignoreStdin: true, description: 'origins as "mvs dlq:list" shows them' }),
  };
  static override flags = { ...discardFlags, ...topicFlags, ...storeFlags };

  async run(): Promise<Result> {
    const { argv, flags } = await this.parse(DlqDiscard);
    const filter = discardedOf(flags, argv as string[]);
    const [log, signal] = [this.createLog(flags), this.interrupt];
    await using stream = await openTopic(flags, log);
    await using letters = await openDeadLetters(stream, flags, log);
    const topic = stream.deadLetterTopic;
    const server = describeStream(streamOf(flags));
    const meant = (letters ? await listDeadLetters(letters, signal) : []).filter((letter) =>
      matchesFilter(letter, filter),
    );
    let discarded = 0;
    if (letters && meant.length > 0) {
      if (!flags.force) await confirm(renderDiscard(meant, topic, server), '--yes');
      // Not those that arrived while the question was open.
      const among = flags.force ? undefined : new Set(meant.map(({ id }) => id));
      discarded = await discardDeadLetters(letters, stream, { filter: { ...filter, among }, signal, log });
    }
    this.print(renderDiscarded(discarded, topic));
    this.markIfInterrupted();
    return { server, topic, discarded };
  }
}
