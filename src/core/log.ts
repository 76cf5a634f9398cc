/** Where core modules report what they do; the command line decides what becomes of it. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
}

const nothing = () => undefined;
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing };
