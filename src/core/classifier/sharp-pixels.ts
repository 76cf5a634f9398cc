import sharp, { type Sharp } from 'sharp';
import { messageOf } from '../base/errors.js';
import { maxFramePixels } from '../frames/frame.js';
import type { Shown } from './detect/detector.js';
import { placeOf, shownOf } from './letterbox.js';
import { usefulSize, type Model } from './model.js';
import { BadPicture, type Pixels } from './pixels.js';

/** How a complete picture of each accepted format begins and ends. */
const formats = [
  { begin: Buffer.from([0xff, 0xd8, 0xff]), end: Buffer.from([0xff, 0xd9]) },
  { begin: Buffer.from([0x89, 0x50, 0x4e, 0x47]), end: Buffer.from('IEND') },
];

const everything: Shown = { left: 0, top: 0, width: 1, height: 1 };

/**
 * Decodes a JPEG or PNG and scales it to the input size of the network, as its description says.
 * @throws BadPicture for anything that is not one complete picture.
 */
export async function decodeWithSharp(picture: Uint8Array, model: Model): Promise<Pixels> {
  const bytes = Buffer.from(picture.buffer, picture.byteOffset, picture.byteLength);
  refuseIncomplete(bytes);
  try {
    const image = sharp(bytes, { failOn: 'error', limitInputPixels: maxFramePixels, autoOrient: false });
    const { image: fitted, shown = everything } =
      model.resize.mode === 'letterbox' ? await letterbox(image, model) : { image: fit(image, model) };
    const rgb = await fitted.toColourspace('srgb').removeAlpha().raw().toBuffer();
    return { rgb, shown };
  } catch (cause) {
    // The picture is not the reason: the next attempt may find memory.
    if (/(?:out of|insufficient) memory/i.test(messageOf(cause))) throw cause;
    throw new BadPicture(reasonOf(cause), { cause });
  }
}

/**
 * Resizes before cropping: the pixels are the same as in the other order, and libjpeg can decode at 1/2, 1/4 or 1/8.
 * Crop keeps the largest centred part with the input's proportions, then `fraction` of it.
 */
function fit(image: Sharp, model: Model): Sharp {
  const { width, height } = model.input;
  const { kernel, mode } = model.resize;
  if (mode === 'squash') return image.resize(width, height, { fit: 'fill', kernel });
  const { width: wide, height: high } = usefulSize(model);
  const left = Math.floor((wide - width) / 2);
  const top = Math.floor((high - height) / 2);
  return image.resize(wide, high, { fit: 'cover', kernel }).extract({ left, top, width, height });
}

/** Fits the whole picture into the input, in its own proportions, with bars where nothing of it is. */
async function letterbox(image: Sharp, model: Model): Promise<{ image: Sharp; shown: Shown }> {
  const { input, resize } = model;
  const { kernel, bars = 0 } = resize;
  const { width, height } = await image.metadata();
  const placed = placeOf({ width, height }, model);
  const right = input.width - placed.left - placed.width;
  const bottom = input.height - placed.top - placed.height;
  const fitted = image
    .resize(placed.width, placed.height, { fit: 'fill', kernel })
    .extend({ ...placed, right, bottom, background: { r: bars, g: bars, b: bars } });
  return { image: fitted, shown: shownOf(placed, input) };
}

/** The decoder does not read beyond the cropped part, so it would not notice a truncation there. */
function refuseIncomplete(bytes: Buffer): void {
  const format = formats.find(({ begin }) => bytes.subarray(0, begin.length).equals(begin));
  if (bytes.length === 0) throw new BadPicture('the picture is empty');
  if (format === undefined) {
    throw new BadPicture(`not a JPEG or PNG picture: it begins with ${bytes.toString('hex', 0, 4)}`);
  }
  if (!bytes.includes(format.end))
    throw new BadPicture('the picture is truncated: its end marker is missing');
}

function reasonOf(error: unknown): string {
  // libvips repeats some messages for each attempt to read.
  const lines = new Set(
    messageOf(error)
      .split('\n')
      .map((line) => line.trim()),
  );
  const text = [...lines].filter(Boolean).join('; ');
  if (text.includes('exceeds pixel limit'))
    return `the picture has more than ${maxFramePixels / 1e6} million pixels`;
  return `the picture cannot be decoded: ${text}`;
}
