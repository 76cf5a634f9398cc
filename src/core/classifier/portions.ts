/** How many pictures may go into one run of a network. */
export interface PortionLimits {
  /** The only number that it takes; the last portion is padded with empty pictures. */
  readonly fixed: number | undefined;
  /** The most that may go at a time, where any number will do. */
  readonly most: number;
}

/**
 * Runs `count` pictures of `size` numbers each, in portions.
 * @returns rows of scores, one for each picture
 */
export async function inPortions(
  run: (pixels: Float32Array, count: number) => Promise<Float32Array>,
  { fixed, most }: PortionLimits,
  size: number,
  pixels: Float32Array,
  count: number,
): Promise<Float32Array> {
  const answers: Float32Array[] = [];
  let rows = 0;
  for (let done = 0; done < count;) {
    const taken = Math.min(count - done, fixed ?? most);
    const batch = fixed ?? taken;
    answers.push(await run(padded(pixels.subarray(done * size, (done + taken) * size), batch * size), batch));
    done += taken;
    rows += batch;
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

function joined(parts: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array()] = parts;
  if (parts.length === 1) return first;
  const whole = new Float32Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
