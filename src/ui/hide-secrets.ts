import { keepSecretOf, redact } from '../core/base/redact.js';

/** Before anything else: no secret of the command line or the environment is shown by `ps` or on stderr. */
export function hideSecrets(): void {
  for (const value of [...process.argv, process.env.MVS_STORE ?? '']) keepSecretOf(value);
  const shown = process.argv.map(redact);
  // Everybody on the machine can read command lines. On Linux and macOS the title takes the place of ours.
  if (shown.some((argument, index) => argument !== process.argv[index])) process.title = shown.join(' ');
  // Here, and not where we print: libraries print too, oclif all its arguments under DEBUG=*.
  const write = process.stderr.write.bind(process.stderr) as (...args: unknown[]) => boolean;
  process.stderr.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean =>
    write(typeof chunk === 'string' ? redact(chunk) : chunk, ...rest);
}
