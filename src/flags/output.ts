import { Flags } from '@oclif/core';
import { logFormats, logLevels, type LogLevel } from '../core/base/log.js';
import type { Infer } from './infer.js';

const helpGroup = 'GLOBAL';

/** What every command has, for how much it prints and how. */
export const outputFlags = {
  profile: Flags.string({
    helpGroup,
    helpValue: 'NAME',
    description: 'profile of the mvs.config file [default: set by "mvs config:use" or the file]',
    env: 'MVS_PROFILE',
  }),
  verbose: Flags.boolean({
    char: 'v',
    helpGroup,
    description: 'print more details (on stderr): --log-level debug',
    env: 'MVS_VERBOSE',
  }),
  quiet: Flags.boolean({
    char: 'q',
    helpGroup,
    description: 'print results and errors only: --log-level error --no-progress',
    env: 'MVS_QUIET',
  }),
  progress: Flags.boolean({
    helpGroup,
    description: 'show progress: live on a terminal, a line every few seconds elsewhere [default: on]',
    env: 'MVS_PROGRESS',
    allowNo: true,
    default: true,
  }),
  'log-level': Flags.option({
    helpGroup,
    description: 'minimum log level [default: info]',
    env: 'MVS_LOG_LEVEL',
    options: logLevels,
  })(),
  'log-format': Flags.option({
    helpGroup,
    description: 'text for people; json for programs, one object per line',
    env: 'MVS_LOG_FORMAT',
    options: logFormats,
    default: 'text' as const,
  })(),
};

export type OutputFlags = Infer<typeof outputFlags>;

/** --log-level overrides -q, and -q overrides -v: each may be set in the environment. */
export function levelOf({ verbose, quiet, 'log-level': level }: OutputFlags): LogLevel {
  return level ?? (quiet ? 'error' : verbose ? 'debug' : 'info');
}
