import { ux } from '@oclif/core';
import { lagAlarm, type GroupLag } from '../../core/operate/lag.js';
import { renderLagLine, renderWatchedLag } from '../lag.js';
import { openBoard } from './board.js';

/** JSON documents on stdout, one per line. */
export class DocumentLines {
  #last: unknown;

  /** Writes a document once, even if the last one is also the result of the command. */
  write(document: unknown): void {
    if (document !== this.#last) ux.stdout(JSON.stringify(document));
    this.#last = document;
  }
}

interface Ways {
  /** If given, each reading is a document. */
  readonly lines: DocumentLines | undefined;
  /** Prints text if there is no terminal. */
  readonly print: (text: string) => void;
  /** In frames. The first reading above it is the last one. */
  readonly max: number | undefined;
}

/** Shows readings as they arrive. On a terminal each replaces the previous one; elsewhere each is a line. @returns the last one */
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
