import { MvsError } from '../base/errors.js';

/** A running member would overwrite the change. */
export function groupActive(group: string, cause?: unknown): MvsError {
  return new MvsError('GROUP_ACTIVE', `consumers of the group ${group} are running`, {
    cause,
    hint: 'Nothing was changed. Stop them and try again. A killed consumer stays in the group until its --session-timeout.',
  });
}
