import { MvsError } from '../base/errors.js';

/** The answer to a question about a topic; undefined if the topic does not exist. */
export async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isTopicMissing(error)) return undefined;
    throw error;
  }
}

export function isTopicMissing(error: unknown): boolean {
  return error instanceof MvsError && error.code === 'TOPIC_MISSING';
}
