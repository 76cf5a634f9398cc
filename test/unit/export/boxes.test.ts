import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { withBoxes } from '../../../src/core/export/boxes.js';
import type { Box, DetectedObject, Size } from '../../../src/core/frames/frame.js';

function grey({ width, height }: Size): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#808080' } })
    .jpeg()
    .toBuffer();
}

const object = (label: string, box: Box, classIndex = 0): DetectedObject => ({
  ...{ label, classIndex, confidence: 0.876, box },
});

/** How far the colour of a pixel is from the grey around. */
async function looker(picture: Uint8Array): Promise<(x: number, y: number) => number> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  return (x, y) => {
    const at = (y * info.width + x) * info.channels;
    return Math.max(...[0, 1, 2].map((channel) => Math.abs((data[at + channel] ?? 0) - 128)));
  };
}

describe('boxes on pictures', () => {
  it('have their label above, and change nothing else', async () => {
    const [box, other] = [object('Größe', [0.25, 0.5, 0.5, 0.25]), object('Dog', [0.8, 0.1, 0.1, 0.1], 1)];
    const at = await looker(await withBoxes(await grey({ width: 640, height: 480 }), [box, other]));
    for (const [x, y] of [
      [160, 300],
      [480, 300],
      [300, 240],
      [300, 360],
      [170, 230],
    ] as const)
      expect(at(x, y), `${x}, ${y}`).toBeGreaterThan(50);
    for (const [x, y] of [
      [300, 300],
      [150, 300],
      [490, 300],
      [300, 370],
      [470, 230],
    ] as const)
      expect(at(x, y), `${x}, ${y}`).toBeLessThan(8);
  });

  it('are seen at the edges of a picture, with the label inside', async () => {
    const at = await looker(
      await withBoxes(await grey({ width: 640, height: 480 }), [object('Car', [0, 0, 1, 1])]),
    );
    const edges = [at(0, 240), at(639, 240), at(320, 0), at(320, 479), at(20, 12)];
    expect(Math.min(...edges)).toBeGreaterThan(50);
    expect(at(320, 240)).toBeLessThan(8);
  });

  it.each([
    { width: 3840, height: 2160 },
    { width: 3, height: 500 },
    { width: 8, height: 6 },
    { width: 1, height: 1 },
  ])('fit a picture of $width×$height, whatever the labels are', async (size) => {
    const labels = ['<b>R&D</b>', 'a\u0000\n\ud800b', '', 'x'.repeat(5000), '日本語 العربية 👩‍👩‍👧'];
    const boxes: readonly Box[] = [
      [0, 0, 1, 1],
      [0.99999, 0.99999, 0.00001, 0.00001],
    ];
    const objects = labels.flatMap((label) => boxes.map((box) => object(label, box)));
    const picture = await withBoxes(await grey(size), objects);
    expect(await sharp(picture).metadata()).toMatchObject({ format: 'jpeg', ...size });
  });

  it('leave a picture without objects as it is', async () => {
    const picture = await grey({ width: 64, height: 48 });
    expect(await withBoxes(picture, [])).toBe(picture);
  });
});
