/** Content that stays at the bottom of the terminal while a command runs. */
interface Region {
  draw(): void;
  clear(): void;
}

let region: Region | undefined;

/** Draws `next` below everything that is written from now on. */
export function drawBelow(next: Region): Disposable {
  region = next;
  return {
    [Symbol.dispose]: () => {
      region = undefined;
    },
  };
}

/** The only way to write lines to stderr, so that none of them is overwritten. */
export function writeLine(text: string): void {
  region?.clear();
  process.stderr.write(`${text}\n`);
  region?.draw();
}
