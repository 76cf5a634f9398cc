import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { MvsError, messageOf } from '../base/errors.js';
import { withoutMark } from '../base/text.js';

const list = v.pipe(v.array(v.string()), v.minLength(1));
/** Keras' `imagenet_class_index.json`: {"0": ["n01440764", "tench"], …}. */
const kerasIndex = v.record(v.string(), v.strictTuple([v.string(), v.string()]));

/**
 * Reads class names in index order: a JSON array, Keras' class index, or a text file with one name per line.
 * @throws MvsError MODEL_INVALID
 */
export async function loadLabels(file: string): Promise<readonly string[]> {
  try {
    const text = withoutMark(await readFile(file, 'utf8'));
    return file.endsWith('.json') ? fromJson(JSON.parse(text)) : v.parse(list, text.trimEnd().split(/\r?\n/));
  } catch (cause) {
    const why = v.isValiError(cause) ? 'it holds no list of class names' : messageOf(cause);
    throw new MvsError('MODEL_INVALID', `cannot take labels from ${file}: ${why}`, {
      cause,
      hint: 'Labels are a JSON array of names in class order, or a text file with one name per line.',
    });
  }
}

function fromJson(content: unknown): readonly string[] {
  const index = v.safeParse(kerasIndex, content);
  if (!index.success || Array.isArray(content)) return v.parse(list, content);
  return v.parse(
    list,
    Object.keys(index.output).map((_, i) => index.output[String(i)]?.[1]),
  );
}
