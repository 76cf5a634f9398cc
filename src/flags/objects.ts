import { Flags } from '@oclif/core';
import { MvsError } from '../core/base/errors.js';
import type { Box } from '../core/frames/frame.js';
import type { FrameFilter } from '../core/store/port.js';
import type { Infer } from './infer.js';

const helpGroup = 'FILTER';
/** `0.1,0.2,0.7,0.8` has a sum beyond 1 in binary fractions. */
const rounding = 1e-9;

export const objectFlags = {
  'min-count': Flags.integer({
    helpGroup,
    description:
      'frames in which a detector found at least N objects; with --label, --min-confidence and --area, at least N that fit',
    helpValue: 'N',
    min: 1,
  }),
  area: Flags.custom<Box>({
    helpGroup,
    description:
      'frames with an object of a detector in this part of the picture, even partly; edges and sizes are fractions of the picture (0.5,0,0.5,1: the right half)',
    helpValue: 'X,Y,WIDTH,HEIGHT',
    parse: (input) => Promise.resolve(parseArea(input)),
  })(),
};

export function objectsOf({
  'min-count': minCount,
  area,
}: Infer<typeof objectFlags>): Pick<FrameFilter, 'objects'> {
  if (minCount === undefined && area === undefined) return {};
  return {
    objects: { ...(minCount === undefined ? {} : { minCount }), ...(area === undefined ? {} : { area }) },
  };
}

function parseArea(text: string): Box {
  const parts = text.split(',');
  const [x = NaN, y = NaN, width = NaN, height = NaN] = parts.map((part) =>
    part.trim() === '' ? NaN : Number(part),
  );
  const isInside = (from: number, size: number): boolean =>
    from >= 0 && size > 0 && from + size <= 1 + rounding;
  if (parts.length === 4 && isInside(x, width) && isInside(y, height)) return [x, y, width, height];
  throw new MvsError('USAGE', `${JSON.stringify(text)} is not a part of a picture`, {
    hint: 'Give the left edge, the top edge, the width and the height as fractions of the picture: --area 0.5,0,0.5,1 is its right half.',
  });
}
