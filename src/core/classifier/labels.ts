import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { MvsError, messageOf } from '../errors.js';

const list = z.array(z.string()).min(1);
/** Keras' `imagenet_class_index.json`: {"0": ["n01440764", "tench"], …}. */
const kerasIndex = z.record(z.string(), z.tuple([z.string(), z.string()]));

/**
 * Reads class names in index order: a JSON array, Keras' class index, or a text file with one name per line.
 * @throws MvsError MODEL_INVALID
 */
export async function loadLabels(file: string): Promise<readonly string[]> {
  try {
    const text = await readFile(file, 'utf8');
    return file.endsWith('.json') ? fromJson(JSON.parse(text)) : list.parse(text.trimEnd().split(/\r?\n/));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? 'it holds no list of class names' : messageOf(cause);
    throw new MvsError('MODEL_INVALID', `cannot take labels from ${file}: ${why}`, {
      cause,
      hint: 'Labels are a JSON array of names in class order, or a text file with one name per line.',
    });
  }
}

function fromJson(content: unknown): readonly string[] {
  const index = kerasIndex.safeParse(content);
  if (!index.success || Array.isArray(content)) return list.parse(content);
  return list.parse(Object.keys(index.data).map((_, i) => index.data[String(i)]?.[1]));
}
