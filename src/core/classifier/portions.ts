import { varyingOutputs } from './varying-outputs.js';

/** How many pictures may go into one run of a network. */
export interface PortionLimits {
  /** The only batch size that the network takes; the last portion is padded with empty pictures. */
  readonly fixed: number | undefined;
  /** The most pictures at a time, if the network takes any batch size. */
  readonly most: number;
}

/**
 * Runs `count` pictures of `pictureLength` numbers each, in portions.
 * @returns rows of scores, one for each picture
 * @throws MvsError MODEL_INVALID if they are not equally long
 */
export async function inPortions(
  run: (pixels: Float32Array, count: number) => Promise<Float32Array>,
  { fixed, most }: PortionLimits,
  pictureLength: number,
  pixels: Float32Array,
  count: number,
): Promise<Float32Array> {
  const answers: Float32Array[] = [];
  let rows = 0;
  for (let done = 0; done < count;) {
    const taken = Math.min(count - done, fixed ?? most);
    const batchSize = fixed ?? taken;
    const portion = pixels.subarray(done * pictureLength, (done + taken) * pictureLength);
    const answer = await run(padded(portion, batchSize * pictureLength), batchSize);
    answers.push(answer);
    done += taken;
    rows += batchSize;
    if (answer.length * rows !== lengthOf(answers) * batchSize) throw varyingOutputs();
  }
  const all = joined(answers);
  return all.subarray(0, count * (all.length / Math.max(1, rows)));
}

function padded(values: Float32Array, length: number): Float32Array {
  if (values.length === length) return values;
  const whole = new Float32Array(length);
  whole.set(values);
  return whole;
}

function lengthOf(parts: readonly Float32Array[]): number {
  return parts.reduce((total, part) => total + part.length, 0);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array()] = parts;
  if (parts.length === 1) return first;
  const whole = new Float32Array(lengthOf(parts));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
