import { isUtf8 } from 'node:buffer';
import type { Headers, StreamMessage } from './port.js';

/** Headers from text, one value a name. */
export function textHeaders(headers: Readonly<Record<string, string>>): Headers {
  return new Map(Object.entries(headers).map(([name, value]) => [name, [Buffer.from(value)]]));
}

/** The last value of a name as text; undefined where there is none or it is not UTF-8. */
export function lastText(headers: Headers, name: string): string | undefined {
  const bytes = headers.get(name)?.at(-1);
  return bytes && isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : undefined;
}

/** Bytes of the value, which are nearly all of a message. */
export function weightOf({ value }: StreamMessage): number {
  return value?.byteLength ?? 0;
}
