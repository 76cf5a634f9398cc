import { MvsError } from '../base/errors.js';

/** True for an error of one video: the others go on. */
export function isOfVideo(error: unknown): error is MvsError {
  return error instanceof MvsError && ['NOT_A_VIDEO', 'NO_INPUT', 'EXTRACTOR_FAILED'].includes(error.code);
}
