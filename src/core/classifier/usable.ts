import { createRequire } from 'node:module';
import { MvsError } from '../base/errors.js';
import type { Device, LocalEngineName } from './port.js';

/** Built JavaScript, also when this file runs as TypeScript: `imports` of package.json says where. */
const probeFile = () => createRequire(import.meta.url).resolve('#engine-probe');

/**
 * Loads the library of an engine, in a process of its own.
 * @returns what it offers, if there is a choice
 * @throws MvsError ENGINE_MISSING if it, or this device of it, is not usable here.
 */
export async function mustBeUsable(
  engine: LocalEngineName,
  timeout: number,
  device: Device = 'cpu',
): Promise<string | undefined> {
  const { execa } = await import('execa');
  const { failed, stderr, timedOut, signal } = await execa(process.execPath, [probeFile(), engine, device], {
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    timeout,
  });
  if (!failed) {
    const offer = /^\{"offer":.*\}$/m.exec(stderr)?.[0];
    return offer === undefined ? undefined : (JSON.parse(offer) as { offer: string }).offer;
  }
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
