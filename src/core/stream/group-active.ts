import { MvsError } from '../base/errors.js';

/** A running member would overwrite the change. */
export function groupActive(group: string, cause?: unknown): MvsError {
  return new MvsError('GROUP_ACTIVE', `consumers of the group ${group} are at work`, {
    cause,
    hint: 'Nothing was changed. Stop them and try again; one that was killed counts until its --session-timeout is over.',
  });
}
