import type { Size } from '../frames/frame.js';

/** The size that larger frames are scaled down to. */
export interface Scaling {
  /** Width in pixels. */
  readonly width?: number | undefined;
  /** The smallest size that still covers this one, for a reader who needs no more of a frame. */
  readonly cover?: Size | undefined;
}

/** The frame's own size, or scaled down with even sides and the same shape; never enlarged. */
export function outputSize(shown: Size, { width, cover }: Scaling): Size {
  const scale = Math.min(
    1,
    width === undefined ? 1 : width / shown.width,
    cover === undefined ? 1 : Math.max(cover.width / shown.width, cover.height / shown.height),
  );
  if (scale === 1) return { width: shown.width, height: shown.height };
  return { width: even(shown.width * scale), height: even(shown.height * scale) };
}

function even(side: number): number {
  return Math.max(2, Math.round(side / 2) * 2);
}
