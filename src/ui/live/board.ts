import { createLogUpdate } from 'log-update';
import { drawBelow } from '../stderr.js';
import { canRedraw } from '../terminal.js';
import { screen } from '../timeline.js';

/** A text on stdout that is replaced by the next one. The last one remains. */
export interface Board extends Disposable {
  readonly width: number;
  show(text: string): void;
}

/** @returns undefined if printed text cannot be replaced on stdout */
export function openBoard(): Board | undefined {
  const { stdout } = process;
  if (!canRedraw(stdout)) return undefined;
  const update = createLogUpdate(stdout);
  let shown = '';
  const draw = (): void => {
    update(shown);
  };
  const clear = (): void => {
    update.clear();
  };
  const drawn = drawBelow({ draw, clear });
  return {
    get width() {
      return screen().columns;
    },
    show: (text) => {
      shown = text;
      draw();
    },
    [Symbol.dispose]: () => {
      drawn[Symbol.dispose]();
      update.done();
    },
  };
}
