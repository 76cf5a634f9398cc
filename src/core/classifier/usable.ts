import { createRequire } from 'node:module';
import { MvsError } from '../base/errors.js';
import type { LocalEngineName } from './port.js';

/** Built JavaScript, also when this file runs as TypeScript: `imports` of package.json says where. */
const probeFile = () => createRequire(import.meta.url).resolve('#engine-probe');

/** Loads the library of an engine, in a process of its own. @throws MvsError ENGINE_MISSING if it is not usable here. */
export async function mustBeUsable(engine: LocalEngineName, timeout: number): Promise<void> {
  const { execa } = await import('execa');
  const { failed, stderr, timedOut, signal } = await execa(process.execPath, [probeFile(), engine], {
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    timeout,
  });
  if (!failed) return;
  const answer = /^\{"message":.*\}$/m.exec(stderr)?.[0];
  if (answer !== undefined) {
    const { message, hint = '' } = JSON.parse(answer) as { message: string; hint?: string };
    throw new MvsError('ENGINE_MISSING', message, { hint });
  }
  const why = timedOut
    ? `it does not load within ${timeout / 1000} s`
    : `its library crashes (${signal ?? 'no signal'})`;
  throw new MvsError('ENGINE_MISSING', `${engine}: ${why}`, {
    hint: 'Run "npm ci" again on this machine, or choose another --engine.',
  });
}
