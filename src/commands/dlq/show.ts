import { writeFile } from 'node:fs/promises';
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { messageOf, MvsError } from '../../core/base/errors.js';
import { findDeadLetter, noSuchLetter } from '../../core/operate/dead-letters.js';
import type { DeadLetter } from '../../core/operate/letter.js';
import { storeFlags, topicFlags } from '../../flags/index.js';
import { openDeadLetters, openTopic } from '../../open/stream.js';
import { headersOf, renderDeadLetter, type ShownHeader } from '../../ui/dead-letters.js';

interface Result extends DeadLetter {
  key: string | null;
  headers: ShownHeader[];
  /** The file with the payload. */
  out?: string;
}

export default class DlqShow extends BaseCommand<Result> {
  static override summary = 'Show one dead letter: why it was rejected, its headers, and where it is.';
  static override examples = [
    '<%= config.bin %> dlq:show multi-video-stream/0/1200',
    '<%= config.bin %> dlq:show multi-video-stream/0/1200 --out frame.jpg',
  ];
  static override args = {
    id: Args.string({
      ignoreStdin: true,
      description: 'its origin as "mvs dlq:list" shows it: topic/partition/offset',
      required: true,
    }),
  };
  static override flags = {
    out: Flags.string({ char: 'o', description: 'write the payload to this file', helpValue: 'FILE' }),
    ...topicFlags,
    ...storeFlags,
  };

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(DlqShow);
    const log = this.createLog(flags);
    await using stream = await openTopic(flags, log);
    await using letters = await openDeadLetters(stream, flags, log);
    const found = letters && (await findDeadLetter(letters, args.id, this.interrupt));
    if (!found) throw noSuchLetter(args.id, stream.deadLetterTopic);
    const { letter, message } = found;
    if (flags.out !== undefined) await write(flags.out, message.value);
    const { headers, key } = headersOf(message);
    this.print(renderDeadLetter(letter, headers, key));
    return { ...letter, key, headers, ...(flags.out === undefined ? {} : { out: flags.out }) };
  }
}

async function write(file: string, payload: Uint8Array | null): Promise<void> {
  await writeFile(file, payload ?? new Uint8Array()).catch((cause: unknown) => {
    throw new MvsError('CONFIG', `cannot write ${file}: ${messageOf(cause)}`, { cause });
  });
}
