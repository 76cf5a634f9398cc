import { execaSync } from 'execa';

/** Root reads and writes everything; what this starts does not. */
export const unprivileged = [
  'setpriv',
  '--bounding-set=-dac_override,-dac_read_search',
  '--inh-caps=-dac_override,-dac_read_search',
];

export const isRoot = process.getuid?.() === 0;
/** False where we are root and cannot give that up. */
export const canDropPrivileges =
  !isRoot || !execaSync('setpriv', [...unprivileged.slice(1), 'true'], { reject: false }).failed;
