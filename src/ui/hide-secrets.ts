import { keepSecretOf, redact } from '../core/base/redact.js';

/** Runs before anything else, so that `ps` and stderr show no secret of the command line or the environment. */
export function hideSecrets(): void {
  for (const value of [...process.argv, process.env.MVS_STORE ?? '']) keepSecretOf(value);
  const shown = process.argv.map(redact);
  // Every user of the machine can read command lines. On Linux and macOS, the title replaces the command line.
  if (shown.some((argument, index) => argument !== process.argv[index])) process.title = shown.join(' ');
  // Masked here, because libraries print too: with DEBUG=*, oclif prints all arguments.
  const write = process.stderr.write.bind(process.stderr) as (...args: unknown[]) => boolean;
  process.stderr.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean =>
    write(typeof chunk === 'string' ? redact(chunk) : chunk, ...rest);
}
