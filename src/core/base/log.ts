/** From the least important to the most important. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
export const logFormats = ['text', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];

/** What a message says, for programs that read logs. */
export type LogFields = Readonly<Record<string, unknown>>;

type Write = (message: string, fields?: LogFields) => void;

/** Where core modules report what they do. The command line decides what is printed. */
export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
}

const nothing = () => undefined;
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing };

/** A log that passes each warning on once: for work that is repeated. */
export function withoutRepetition(log: Log): Log {
  const said = new Set<string>();
  const warn: Write = (message, fields) => {
    if (!said.has(message)) log.warn(message, fields);
    said.add(message);
  };
  return { ...log, warn };
}
