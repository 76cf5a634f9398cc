import { MvsError } from '../errors.js';

/** What is asked of a topic; undefined where there is no such topic. */
export async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof MvsError && error.code === 'TOPIC_MISSING') return undefined;
    throw error;
  }
}
