/** How a stream's pictures are turned and mirrored before they are shown. */
export interface Orientation {
  /** Width and height change places. */
  readonly sideways: boolean;
  /** Filters of ffmpeg, in order. */
  readonly filters: readonly string[];
}

export const upright: Orientation = { sideways: false, filters: [] };

/** Angles below one degree do not count, as in ffmpeg. */
const small = Math.tan(Math.PI / 180);

/**
 * The orientation that a display matrix stands for. A point (p, q) of the picture is shown at (a·p + c·q, b·p + d·q); q grows downwards.
 * ffmpeg's own `-autorotate` knows no mirrors, and its filters are set up for one size: where a stream changes its size, they read memory
 * that holds no picture.
 *
 * @param matrix as ffprobe prints it: `00000000: a b u`, then the rows `c d v` and `x y w`
 */
export function orientationOf(matrix: string | undefined): Orientation {
  const rows = [...(matrix ?? '').matchAll(/:\s*(-?\d+)\s+(-?\d+)\s+-?\d+/g)];
  const [a = 0, b = 0, c = 0, d = 0] = rows
    .slice(0, 2)
    .flatMap(([, first, second]) => [Number(first), Number(second)]);
  const straight = Math.max(Math.abs(a), Math.abs(d));
  const crossed = Math.max(Math.abs(b), Math.abs(c));
  if (straight === 0 && crossed === 0) return upright;
  if (crossed < straight * small)
    return { sideways: false, filters: [...(a < 0 ? ['hflip'] : []), ...(d < 0 ? ['vflip'] : [])] };
  if (straight < crossed * small) return { sideways: true, filters: [`transpose=${turn(b > 0, c > 0)}`] };
  const degrees = (Math.atan2(b, a) * 180) / Math.PI;
  const mirrored = a * d - b * c < 0;
  // The corners stay empty or are cut off: the size of the picture stays.
  return {
    sideways: false,
    filters: [...(mirrored ? ['vflip'] : []), `rotate=${degrees.toFixed(3)}*PI/180`],
  };
}

function turn(down: boolean, right: boolean): string {
  if (down) return right ? 'cclock_flip' : 'clock';
  return right ? 'cclock' : 'clock_flip';
}
