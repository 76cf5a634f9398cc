import sharp, { type OverlayOptions } from 'sharp';
import type { Box, DetectedObject, Size } from '../frames/frame.js';

/** Of the JPEG; edges in full resolution of colour, because thin coloured lines would be blurred. */
const jpeg = { quality: 92, chromaSubsampling: '4:4:4' } as const;
/** Characters of a label that are shown. */
const maxLetters = 60;
/** Letters smaller than this cannot be read. */
const minFontSize = 10;

interface Placed {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A copy of a picture with the boxes of these objects, and the label and score of each. */
export async function withBoxes(
  picture: Uint8Array,
  objects: readonly DetectedObject[],
): Promise<Uint8Array> {
  if (objects.length === 0) return picture;
  const base = sharp(picture);
  const size = await base.metadata();
  const shorter = Math.min(size.width, size.height);
  const line = Math.max(1, Math.round(shorter / 240));
  const fontSize = Math.max(minFontSize, Math.round(shorter / 38));
  // The best ones come last, over the others.
  const drawn = objects.toReversed().map((object) => ({ object, at: inside(object.box, size, line) }));
  const boxes = drawn.map(({ object, at }) => rectangle(at, line, colour(object.classIndex, 0.85, 0.62)));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" fill="none">${boxes.join('')}</svg>`;
  const labels: OverlayOptions[] = [];
  for (const { object, at } of drawn) labels.push(await labelled(object, at, size, { line, fontSize }));
  return base
    .composite([{ input: Buffer.from(svg) }, ...labels])
    .jpeg(jpeg)
    .toBuffer();
}

/** In pixels, so that the whole line is in the picture. */
function inside([x, y, width, height]: Box, size: Size, line: number): Placed {
  const within = (value: number, side: number): number =>
    Math.min(Math.max(value * side, line / 2), side - line / 2);
  return {
    left: within(x, size.width),
    top: within(y, size.height),
    right: within(x + width, size.width),
    bottom: within(y + height, size.height),
  };
}

/** With a dark edge, so that it is seen before anything. */
function rectangle({ left, top, right, bottom }: Placed, line: number, stroke: string): string {
  const place = `x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"`;
  const edge = `<rect ${place} stroke="#000" stroke-opacity="0.45" stroke-width="${line + 2}"/>`;
  return `${edge}<rect ${place} stroke="${stroke}" stroke-width="${line}"/>`;
}

/** A label above its box, or in its upper corner where there is no room, within the picture. */
async function labelled(
  { label, classIndex, confidence }: DetectedObject,
  { left, top }: Placed,
  size: Size,
  { line, fontSize }: { readonly line: number; readonly fontSize: number },
): Promise<OverlayOptions> {
  const background = colour(classIndex, 0.75, 0.75);
  const text = `<span foreground="#111" background="${background}">${shown(label)} ${Math.round(confidence * 100)}\u{a0}%</span>`;
  const around = Math.ceil(fontSize / 5);
  const padding = { top: around, bottom: around, left: around, right: around };
  const painted = await sharp({ text: { text, font: `sans bold ${fontSize}px`, dpi: 72, rgba: true } })
    .extend({ ...padding, background })
    .png()
    .toBuffer({ resolveWithObject: true });
  const width = Math.min(painted.info.width, size.width);
  const height = Math.min(painted.info.height, size.height);
  const corner = { left: Math.round(left - line / 2), top: Math.round(top - line / 2) };
  const above = corner.top - height;
  return {
    input: await sharp(painted.data).extract({ left: 0, top: 0, width, height }).png().toBuffer(),
    left: Math.min(Math.max(0, corner.left), size.width - width),
    top: Math.min(above < 0 ? corner.top : above, size.height - height),
  };
}

/** The first name of a class, as Pango's markup takes it. */
function shown(label: string): string {
  const [name = ''] = label.replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ').split(',', 1);
  const letters = Array.from(name.trim());
  const cut = letters.length > maxLetters ? [...letters.slice(0, maxLetters - 1), '…'] : letters;
  return cut.join('').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Hues of neighbouring classes are far apart (the golden angle). In hexadecimal, because Pango knows no other form. */
function colour(classIndex: number, saturation: number, lightness: number): string {
  const hue = (classIndex * 137.5) % 360;
  const chroma = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number): string => {
    const k = (offset + hue / 30) % 12;
    const value = lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
