/** What is kept at the bottom of the terminal while a command runs. */
interface Region {
  draw(): void;
  clear(): void;
}

let region: Region | undefined;

/** From now on what is written goes above `next`. */
export function drawBelow(next: Region): Disposable {
  region = next;
  return {
    [Symbol.dispose]: () => {
      region = undefined;
    },
  };
}

/** The one way to stderr for lines of ours, so that none of them is drawn over. */
export function writeLine(text: string): void {
  region?.clear();
  process.stderr.write(`${text}\n`);
  region?.draw();
}
