import { Flags } from '@oclif/core';
import { logFormats, logLevels, type LogFormat, type LogLevel } from '../ui/log.js';

const helpGroup = 'GLOBAL';

/** What every command has, to say how much is told and how. */
export const outputFlags = {
  profile: Flags.string({
    helpGroup,
    helpValue: 'NAME',
    description: 'profile of the mvs.config file [default: as "mvs config:use" or the file says]',
    env: 'MVS_PROFILE',
  }),
  verbose: Flags.boolean({
    char: 'v',
    helpGroup,
    description: 'say more about what is going on (on stderr): --log-level debug',
    env: 'MVS_VERBOSE',
  }),
  quiet: Flags.boolean({
    char: 'q',
    helpGroup,
    description: 'results and errors only: --log-level error --no-progress',
    env: 'MVS_QUIET',
  }),
  progress: Flags.boolean({
    helpGroup,
    description:
      'show how far the work is: live on a terminal, a line every few seconds elsewhere [default: on]',
    env: 'MVS_PROGRESS',
    allowNo: true,
    default: true,
  }),
  'log-level': Flags.option({
    helpGroup,
    description: 'least important messages that are told [default: info]',
    env: 'MVS_LOG_LEVEL',
    options: logLevels,
  })(),
  'log-format': Flags.option({
    helpGroup,
    description: 'text for people, json for programs: one object a line',
    env: 'MVS_LOG_FORMAT',
    options: logFormats,
    default: 'text' as const,
  })(),
};

export interface OutputFlags {
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly progress: boolean;
  readonly 'log-level'?: LogLevel | undefined;
  readonly 'log-format': LogFormat;
}

/** A level that is named counts more than -q, and that more than -v: each may stand in the environment. */
export function levelOf({ verbose, quiet, 'log-level': level }: OutputFlags): LogLevel {
  return level ?? (quiet ? 'error' : verbose ? 'debug' : 'info');
}
