import type { Log } from '../core/log.js';

const levels = ['debug', 'info', 'warn'] as const;

/** Writes lines of at least this level to stderr, so that stdout carries results only. */
export function stderrLog(level: (typeof levels)[number]): Log {
  const write =
    (of: (typeof levels)[number]) =>
    (message: string): void => {
      if (levels.indexOf(of) >= levels.indexOf(level)) process.stderr.write(`${of}: ${message}\n`);
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn') };
}
