import { ux } from '@oclif/core';
import { lagAlarm, type GroupLag } from '../../core/operate/lag.js';
import { renderLagLine, renderWatchedLag } from '../lag.js';
import { openBoard } from './board.js';

/** Documents on stdout, one a line. */
export class DocumentLines {
  #last: unknown;

  /** Once, also where the one that was written last comes again as the result of a command. */
  write(document: unknown): void {
    if (document !== this.#last) ux.stdout(JSON.stringify(document));
    this.#last = document;
  }
}

interface Ways {
  /** Given, each reading is a document. */
  readonly lines: DocumentLines | undefined;
  /** Off a terminal, for text. */
  readonly print: (text: string) => void;
  /** Frames; the first reading above it is the last. */
  readonly max: number | undefined;
}

/** Shows readings as they come: each in the place of the one before on a terminal, else one a line. @returns the last one */
export async function showReadings(
  readings: AsyncIterable<GroupLag>,
  { lines, print, max }: Ways,
): Promise<GroupLag | undefined> {
  using board = lines ? undefined : openBoard();
  let last: GroupLag | undefined;
  for await (const lag of readings) {
    last = lag;
    if (lines) lines.write(lag);
    else if (board) board.show(renderWatchedLag(lag, board.width));
    else print(renderLagLine(lag));
    if (lagAlarm(lag, max)) break;
  }
  return last;
}
