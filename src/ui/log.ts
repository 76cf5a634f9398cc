import { createRequire } from 'node:module';
import type * as Pino from 'pino';
import type { MvsError } from '../core/base/errors.js';
import { reportOf } from '../core/base/errors.js';
import { logLevels, type Log, type LogFields, type LogFormat, type LogLevel } from '../core/base/log.js';
import { escapeControls } from '../core/base/text.js';
import { writeLine } from './stderr.js';
import { harmless } from './units.js';

/** The log of a command, which reports errors too. */
export interface OperatorLog extends Log {
  error(error: MvsError): void;
}

let latest: OperatorLog | undefined;

/** Writes messages of at least this level to stderr, so that stdout has results only. */
export function stderrLog(level: LogLevel, format: LogFormat): OperatorLog {
  return (latest = format === 'json' ? jsonLog(level) : textLog(level));
}

/** The log of the command, for errors after its end. */
export function latestLog(): OperatorLog {
  return latest ?? textLog('error');
}

function textLog(level: LogLevel): OperatorLog {
  const write = (of: LogLevel, text: string): void => {
    if (logLevels.indexOf(of) >= logLevels.indexOf(level)) writeLine(`${of}: ${text}`);
  };
  return {
    debug: (message) => {
      write('debug', harmless(message));
    },
    info: (message) => {
      write('info', harmless(message));
    },
    warn: (message) => {
      write('warn', harmless(message));
    },
    error: ({ message, hint }) => {
      write(
        'error',
        [message.trimEnd(), ...(hint === undefined ? [] : [`  ${hint}`])].map(linewise).join('\n'),
      );
    },
  };
}

/** An error may have several lines, such as an example in its hint or a position in a file. */
function linewise(text: string): string {
  return text.split('\n').map(harmless).join('\n');
}

function jsonLog(level: LogLevel): OperatorLog {
  // Loaded on demand, so that commands start quickly.
  const { pino } = createRequire(import.meta.url)('pino') as typeof Pino;
  const destination = {
    write: (line: string) => {
      writeLine(escapeControls(line.trimEnd()));
    },
  };
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  const write = (of: 'debug' | 'info' | 'warn') => (message: string, fields?: LogFields) => {
    logger[of](fields ?? {}, message);
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: (error) => {
      const { message, ...fields } = reportOf(error);
      logger.error(fields, message);
    },
  };
}
