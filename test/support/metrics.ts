import { vi } from 'vitest';
import { parseExposition } from './exposition.js';
import type { Running } from './mvs.js';

/** Where a command that was started with port 0 serves them. */
export async function originOf(command: Running): Promise<string> {
  let told = '';
  command.stderr.on('data', (chunk) => (told += String(chunk)));
  const find = (): string => {
    const origin = /metrics at (http:\S+)\/metrics\n/.exec(told)?.[1];
    if (origin === undefined) throw new Error(`nothing is served: ${told}`);
    return origin;
  };
  return vi.waitFor(find, { timeout: 60_000, interval: 10 });
}

export async function get(url: string): Promise<{ status: number; text: string }> {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
}

export async function valuesAt(origin: string): Promise<Record<string, number>> {
  const families = parseExposition((await get(`${origin}/metrics`)).text);
  return Object.fromEntries([...families.values()].flatMap(({ samples }) => [...samples]));
}
